package org.ferrule.system.internal;

import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;

/** The end of a pairing where the token was typed. */
final class PairingDialler implements PairingParty {
    private enum State {
        GREETED,
        CHALLENGED,
        CONFIRMED,
        DONE,
        FAILED
    }

    private final PairingToken token;
    private final X509Certificate own;
    private final X509Certificate other;
    private final PairingMessage.Hello hello;
    private PairingProof proof;
    private State state = State.GREETED;

    PairingDialler(PairingToken token, String name, X509Certificate own, X509Certificate other) {
        this.token = token;
        this.own = own;
        this.other = other;
        byte[] nonce = new byte[PairingMessage.NONCE_BYTES];
        new SecureRandom().nextBytes(nonce);
        this.hello = new PairingMessage.Hello(PairingMessage.VERSION, token.id(), nonce, name);
    }

    @Override
    public List<PairingMessage> begin() {
        return List.of(hello);
    }

    @Override
    public List<PairingMessage> receive(PairingMessage message) throws PairingException {
        State before = state;
        // Whatever throws below leaves a machine that takes nothing more.
        state = State.FAILED;
        if (before == State.GREETED && message instanceof PairingMessage.Challenge challenge) {
            return challenged(challenge);
        }
        if (before == State.CHALLENGED && message instanceof PairingMessage.Proof answer) {
            if (!proof.proves(answer, PairingProof.Role.ACCEPTOR, token)) {
                throw new PairingException("the other appliance does not know the token, or someone is in between");
            }
            state = State.CONFIRMED;
            return List.of(new PairingMessage.Confirm());
        }
        if (before == State.CONFIRMED && message instanceof PairingMessage.Paired) {
            state = State.DONE;
            return List.of();
        }
        throw PairingParty.unexpected(message);
    }

    private List<PairingMessage> challenged(PairingMessage.Challenge challenge) throws PairingException {
        if (challenge.version() != PairingMessage.VERSION) {
            throw new PairingException("the other appliance speaks version " + challenge.version()
                    + " of pairing, this one version " + PairingMessage.VERSION);
        }
        PairingParty.checkedName(challenge.name());
        proof = new PairingProof(own, other, hello, challenge);
        state = State.CHALLENGED;
        return List.of(proof.by(PairingProof.Role.DIALLER, token));
    }

    @Override
    public boolean proved() {
        return state == State.DONE;
    }

    @Override
    public Peer peer() {
        return new Peer(proof.challenge().name(), other);
    }
}
