package org.ferrule.system.internal;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What both ends have seen of a pairing, over which each proves that it knows the token's secret.
 *
 * <p>A proof is HMAC-SHA-256, keyed with the secret's text, over: the text {@code ferrule-pair 1}, the text of the role
 * ({@code dialler} or {@code acceptor}), the SHA-256 of the dialler's certificate and of the acceptor's, the dialler's nonce
 * and the acceptor's, and the texts of the dialler's name, the acceptor's name and the token's id. Texts have their 16-bit
 * length before them. Someone in the middle has certificates of his own: the two ends would see different ones, and no
 * proof would fit. The role keeps a proof from being sent back, the nonces from being used again.
 *
 * @param dialler the certificate of the end that dialled, as TLS proved it
 * @param acceptor the other one
 * @param hello the dialler's message
 * @param challenge the acceptor's message
 */
record PairingProof(
        X509Certificate dialler,
        X509Certificate acceptor,
        PairingMessage.Hello hello,
        PairingMessage.Challenge challenge) {
    /** Who proves. */
    enum Role {
        DIALLER("dialler"),
        ACCEPTOR("acceptor");

        private final String text;

        Role(String text) {
            this.text = text;
        }
    }

    PairingMessage.Proof by(Role role, PairingToken token) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(token.key(), "HmacSHA256"));
            return new PairingMessage.Proof(mac.doFinal(transcript(role)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-256 is not to be had from this JVM", e);
        }
    }

    /** Whether the proof is the one that the role would make with the token; compares in constant time. */
    boolean proves(PairingMessage.Proof proof, Role role, PairingToken token) {
        return MessageDigest.isEqual(by(role, token).hmac(), proof.hmac());
    }

    private byte[] transcript(Role role) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF("ferrule-pair " + PairingMessage.VERSION);
            out.writeUTF(role.text);
            out.write(Certificates.digest(dialler));
            out.write(Certificates.digest(acceptor));
            out.write(hello.nonce());
            out.write(challenge.nonce());
            out.writeUTF(hello.name());
            out.writeUTF(challenge.name());
            out.writeUTF(hello.tokenId());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
