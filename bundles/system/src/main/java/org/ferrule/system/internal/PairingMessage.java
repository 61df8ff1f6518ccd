package org.ferrule.system.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The messages of pairing, and their encoding.
 *
 * <p>Pairing runs over TLS 1.3 with the application protocol {@code ferrule-pair}, on the port of the tunnels. Each message
 * is a frame: an unsigned 16-bit length (of what follows, 1 to 4096, big-endian), a type byte, and fields. Text is an
 * unsigned 16-bit length and UTF-8.
 *
 * <pre>
 * dialler                                    acceptor (where the token was made)
 * 1 HELLO     version token-id nonce name ->
 *                                         <- 2 CHALLENGE  version nonce name
 * 3 PROOF     hmac                        ->                (checked; the token is used up)
 *                                         <- 3 PROOF      hmac
 * 4 CONFIRM                               ->                (trusts the dialler)
 *                                         <- 5 PAIRED
 * (trusts the acceptor)
 * </pre>
 *
 * Either end may send 6 REFUSED with a reason instead, and closes. What the proofs are made of is told at {@link
 * PairingProof}. The version is 1; an acceptor that does not speak the dialler's version refuses.
 */
sealed interface PairingMessage {
    int VERSION = 1;
    int MAX_BYTES = 4096;
    int NONCE_BYTES = 32;
    int HMAC_BYTES = 32;

    /** The dialler begins. */
    record Hello(int version, String tokenId, byte[] nonce, String name) implements PairingMessage {}

    /** The acceptor knows the token. */
    record Challenge(int version, byte[] nonce, String name) implements PairingMessage {}

    /** Either end knows the secret. */
    record Proof(byte[] hmac) implements PairingMessage {}

    /** The dialler believes the acceptor. */
    record Confirm() implements PairingMessage {}

    /** The acceptor trusts the dialler from now on. */
    record Paired() implements PairingMessage {}

    /** It is over. */
    record Refused(String reason) implements PairingMessage {}

    /** The message without its length. */
    default byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            if (this instanceof Hello hello) {
                out.writeByte(1);
                out.writeByte(hello.version());
                out.writeUTF(hello.tokenId());
                out.write(hello.nonce());
                out.writeUTF(hello.name());
            } else if (this instanceof Challenge challenge) {
                out.writeByte(2);
                out.writeByte(challenge.version());
                out.write(challenge.nonce());
                out.writeUTF(challenge.name());
            } else if (this instanceof Proof proof) {
                out.writeByte(3);
                out.write(proof.hmac());
            } else if (this instanceof Confirm) {
                out.writeByte(4);
            } else if (this instanceof Paired) {
                out.writeByte(5);
            } else if (this instanceof Refused refused) {
                out.writeByte(6);
                out.writeUTF(refused.reason());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads a message.
     *
     * @throws PairingException if it is of no known type, cut short, or longer than it should be
     */
    static PairingMessage decode(byte[] bytes) throws PairingException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int type = in.readUnsignedByte();
            PairingMessage message =
                    switch (type) {
                        case 1 ->
                            new Hello(in.readUnsignedByte(), in.readUTF(), exactly(in, NONCE_BYTES), in.readUTF());
                        case 2 -> new Challenge(in.readUnsignedByte(), exactly(in, NONCE_BYTES), in.readUTF());
                        case 3 -> new Proof(exactly(in, HMAC_BYTES));
                        case 4 -> new Confirm();
                        case 5 -> new Paired();
                        case 6 -> new Refused(in.readUTF());
                        default -> throw new PairingException("a message of unknown type " + type + " came");
                    };
            if (in.read() >= 0) {
                throw new PairingException("a message of type " + type + " is longer than it should be");
            }
            return message;
        } catch (IOException e) {
            throw new PairingException("a message is cut short or damaged");
        }
    }

    private static byte[] exactly(DataInputStream in, int length) throws IOException {
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }
}
