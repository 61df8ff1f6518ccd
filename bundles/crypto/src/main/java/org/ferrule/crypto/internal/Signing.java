package org.ferrule.crypto.internal;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** How keys sign. */
final class Signing {
    private Signing() {}

    /** The algorithm that a key signs by, as Java names it. */
    static String algorithm(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> "EdDSA";
        };
    }

    /** Whether the two are halves of one key. */
    static boolean belong(PrivateKey key, PublicKey other) throws GeneralSecurityException {
        byte[] sample = {1, 2, 3};
        Signature signature = Signature.getInstance(algorithm(key));
        signature.initSign(key);
        signature.update(sample);
        byte[] signed = signature.sign();
        signature.initVerify(other);
        signature.update(sample);
        return signature.verify(signed);
    }
}
