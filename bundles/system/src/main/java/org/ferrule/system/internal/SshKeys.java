package org.ferrule.system.internal;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** Public keys as OpenSSH writes them (RFC 4253, 5656, 8709), and whether two keys are one. */
final class SshKeys {
    private static final int MAX_LINE = 8192;
    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_RSA_BITS = 16384;
    private static final int ED25519_BYTES = 32;
    private static final byte[] ED25519_X509 = HexFormat.of().parseHex("302a300506032b6570032100");

    private SshKeys() {}

    /**
     * Reads a line {@code TYPE BASE64 [COMMENT]}.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static PublicKey parse(String line) {
        String[] words = line.strip().split("\\s+", 3);
        if (words.length < 2 || line.length() > MAX_LINE) {
            throw new IllegalArgumentException("\"" + shortened(line)
                    + "\" is not an OpenSSH public key, such as \"ssh-ed25519 AAAA... comment\"");
        }
        try {
            ByteBuffer blob = ByteBuffer.wrap(Base64.getDecoder().decode(words[1]));
            String type = new String(field(blob), StandardCharsets.US_ASCII);
            if (!type.equals(words[0])) {
                throw new IllegalArgumentException(
                        "the key says that it is " + printable(type) + ", its line says " + shortened(words[0]));
            }
            PublicKey key = key(type, blob);
            if (blob.hasRemaining()) {
                throw new IllegalArgumentException("the " + type + " key is longer than it should be");
            }
            return key;
        } catch (BufferUnderflowException | GeneralSecurityException e) {
            throw new IllegalArgumentException("the " + shortened(words[0]) + " key is damaged or cut short", e);
        }
    }

    private static PublicKey key(String type, ByteBuffer blob) throws GeneralSecurityException {
        return switch (type) {
            case "ssh-ed25519" -> ed25519(field(blob));
            case "ecdsa-sha2-nistp256" -> ec(blob, "nistp256", "secp256r1");
            case "ecdsa-sha2-nistp384" -> ec(blob, "nistp384", "secp384r1");
            case "ecdsa-sha2-nistp521" -> ec(blob, "nistp521", "secp521r1");
            case "ssh-rsa" -> rsa(new BigInteger(nonEmpty(field(blob))), new BigInteger(nonEmpty(field(blob))));
            default ->
                throw new IllegalArgumentException("keys of type " + printable(type)
                        + " are not accepted; ssh-ed25519, ecdsa-sha2-nistp256, -nistp384, -nistp521 and ssh-rsa are");
        };
    }

    private static byte[] field(ByteBuffer blob) {
        int length = blob.getInt();
        if (length < 0 || length > blob.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] field = new byte[length];
        blob.get(field);
        return field;
    }

    private static byte[] nonEmpty(byte[] field) {
        if (field.length == 0) {
            throw new BufferUnderflowException();
        }
        return field;
    }

    private static PublicKey ed25519(byte[] point) throws GeneralSecurityException {
        if (point.length != ED25519_BYTES) {
            throw new BufferUnderflowException();
        }
        byte[] x509 = Arrays.copyOf(ED25519_X509, ED25519_X509.length + ED25519_BYTES);
        System.arraycopy(point, 0, x509, ED25519_X509.length, ED25519_BYTES);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(x509));
    }

    private static PublicKey rsa(BigInteger exponent, BigInteger modulus) throws GeneralSecurityException {
        if (modulus.bitLength() < MIN_RSA_BITS || modulus.bitLength() > MAX_RSA_BITS) {
            throw new IllegalArgumentException("the ssh-rsa key has " + modulus.bitLength() + " bits; at least "
                    + MIN_RSA_BITS + " are asked for");
        }
        return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
    }

    private static PublicKey ec(ByteBuffer blob, String sshName, String curve) throws GeneralSecurityException {
        if (!new String(field(blob), StandardCharsets.US_ASCII).equals(sshName)) {
            throw new IllegalArgumentException("the ecdsa key is of another curve than its type says");
        }
        byte[] point = field(blob);
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(curve));
        ECParameterSpec spec = parameters.getParameterSpec(ECParameterSpec.class);
        int size = (spec.getCurve().getField().getFieldSize() + 7) / 8;
        // Uncompressed points only: RFC 5656 lets the rest be refused, and OpenSSH writes no others.
        if (point.length != 1 + 2 * size || point[0] != 4) {
            throw new BufferUnderflowException();
        }
        ECPoint w = new ECPoint(
                new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + size)),
                new BigInteger(1, Arrays.copyOfRange(point, 1 + size, point.length)));
        if (!onCurve(w, spec)) {
            throw new BufferUnderflowException();
        }
        return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(w, spec));
    }

    private static boolean onCurve(ECPoint w, ECParameterSpec spec) {
        BigInteger p = ((java.security.spec.ECFieldFp) spec.getCurve().getField()).getP();
        BigInteger x = w.getAffineX();
        BigInteger y = w.getAffineY();
        BigInteger right = x.pow(3)
                .add(spec.getCurve().getA().multiply(x))
                .add(spec.getCurve().getB())
                .mod(p);
        return x.compareTo(p) < 0 && y.compareTo(p) < 0 && y.pow(2).mod(p).equals(right);
    }

    /** Whether both are the same key, whichever provider made them: providers write the same key differently. */
    static boolean same(PublicKey one, PublicKey other) {
        if (one instanceof RSAPublicKey a && other instanceof RSAPublicKey b) {
            return a.getModulus().equals(b.getModulus())
                    && a.getPublicExponent().equals(b.getPublicExponent());
        }
        if (one instanceof ECPublicKey a && other instanceof ECPublicKey b) {
            return a.getW().equals(b.getW())
                    && a.getParams().getCurve().equals(b.getParams().getCurve());
        }
        byte[] x = one.getEncoded();
        byte[] y = other.getEncoded();
        if (x == null || y == null) {
            return false;
        }
        return MessageDigest.isEqual(x, y)
                || edwards(one) && edwards(other) && MessageDigest.isEqual(point(x), point(y));
    }

    private static boolean edwards(PublicKey key) {
        return key.getAlgorithm().equals("EdDSA") || key.getAlgorithm().equals("Ed25519");
    }

    /** Every encoding of an Ed25519 key ends with its point. */
    private static byte[] point(byte[] encoded) {
        return Arrays.copyOfRange(encoded, Math.max(0, encoded.length - ED25519_BYTES), encoded.length);
    }

    private static String shortened(String text) {
        String plain = printable(text);
        return plain.length() > 40 ? plain.substring(0, 40) + "..." : plain;
    }

    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
