package org.ferrule.system.internal;

import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;

/** The end of a pairing where the token was made. The last message, PAIRED, is sent by who trusts the other on {@link #proved}. */
final class PairingAcceptor implements PairingParty {
    private enum State {
        WAITING,
        CHALLENGED,
        PROVED,
        CONFIRMED,
        FAILED
    }

    private final PairingTokens tokens;
    private final String name;
    private final X509Certificate own;
    private final X509Certificate other;
    private PairingToken token;
    private PairingProof proof;
    private State state = State.WAITING;

    PairingAcceptor(PairingTokens tokens, String name, X509Certificate own, X509Certificate other) {
        this.tokens = tokens;
        this.name = name;
        this.own = own;
        this.other = other;
    }

    @Override
    public List<PairingMessage> begin() {
        return List.of();
    }

    @Override
    public List<PairingMessage> receive(PairingMessage message) throws PairingException {
        State before = state;
        // Whatever throws below leaves a machine that takes nothing more.
        state = State.FAILED;
        if (before == State.WAITING && message instanceof PairingMessage.Hello hello) {
            return greeted(hello);
        }
        if (before == State.CHALLENGED && message instanceof PairingMessage.Proof answer) {
            return answered(answer);
        }
        if (before == State.PROVED && message instanceof PairingMessage.Confirm) {
            state = State.CONFIRMED;
            return List.of();
        }
        throw PairingParty.unexpected(message);
    }

    private List<PairingMessage> greeted(PairingMessage.Hello hello) throws PairingException {
        if (hello.version() != PairingMessage.VERSION) {
            throw new PairingException(
                    "version " + PairingMessage.VERSION + " of pairing is spoken here, not version " + hello.version());
        }
        PairingParty.checkedName(hello.name());
        token = tokens.find(hello.tokenId())
                .orElseThrow(() -> new PairingException("the token is not known here: it was used, is older than "
                        + PairingTokens.VALID.toMinutes() + " minutes, or was made on another appliance"));
        byte[] nonce = new byte[PairingMessage.NONCE_BYTES];
        new SecureRandom().nextBytes(nonce);
        PairingMessage.Challenge challenge = new PairingMessage.Challenge(PairingMessage.VERSION, nonce, name);
        proof = new PairingProof(other, own, hello, challenge);
        state = State.CHALLENGED;
        return List.of(challenge);
    }

    private List<PairingMessage> answered(PairingMessage.Proof answer) throws PairingException {
        if (!proof.proves(answer, PairingProof.Role.DIALLER, token)) {
            boolean burnt = tokens.failed(token);
            throw new PairingException(
                    "the token is not right" + (burnt ? "; it was tried too often and is void now" : ""));
        }
        if (!tokens.use(token)) {
            throw new PairingException("the token was used in the meantime");
        }
        state = State.PROVED;
        return List.of(proof.by(PairingProof.Role.ACCEPTOR, token));
    }

    @Override
    public boolean proved() {
        return state == State.CONFIRMED;
    }

    @Override
    public Peer peer() {
        return new Peer(proof.hello().name(), other);
    }
}
