package org.ferrule.system.internal;

import java.security.cert.X509Certificate;
import java.util.List;
import org.ferrule.config.HostNames;

/** One end of a pairing as a state machine: messages in, messages out. Used by one thread at a time. */
interface PairingParty {
    /** What is sent before anything came. */
    List<PairingMessage> begin();

    /**
     * Takes a message.
     *
     * @return the answers
     * @throws PairingException if the pairing failed; nothing more may be given
     */
    List<PairingMessage> receive(PairingMessage message) throws PairingException;

    /** Whether this end has all proofs, and may trust the other. */
    boolean proved();

    /** The other end, once it is proved: its name is what it calls itself. */
    Peer peer();

    /**
     * An appliance to trust.
     *
     * @param name its host name
     * @param certificate its device certificate
     */
    record Peer(String name, X509Certificate certificate) {}

    /** Checks a name that came from the network. */
    static String checkedName(String name) throws PairingException {
        if (!HostNames.valid(name)) {
            throw new PairingException("the other appliance's host name is not one");
        }
        return name;
    }

    /** Ends the pairing for a message that is not due, or because the other end refused. */
    static PairingException unexpected(PairingMessage message) {
        if (message instanceof PairingMessage.Refused refused) {
            String reason = refused.reason().replaceAll("[^\\x20-\\x7e]", "?");
            return PairingException.fromPeer(reason.length() > 300 ? reason.substring(0, 300) : reason);
        }
        return new PairingException("a message came that was not due: "
                + message.getClass().getSimpleName().toUpperCase(java.util.Locale.ROOT));
    }
}
