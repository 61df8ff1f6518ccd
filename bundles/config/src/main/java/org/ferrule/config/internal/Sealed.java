package org.ferrule.config.internal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A configuration file's text between its first line, which names the version, and its last, which holds the checksum of
 * all before it.
 *
 * @param text everything before the last line
 * @param intact whether the checksum is right; if not, the file was edited by hand
 */
record Sealed(String text, boolean intact) {
    static final String VERSION_LINE = "#FERRULE-VERSION: ";

    private static final String VERSION = "0.1.0";
    private static final Pattern END = Pattern.compile("(?:^|\n)(#END sha-256 ([0-9a-f]{64}))[ \t\r\n]*$");

    /** A file that is not whole. */
    static final class DamagedException extends Exception {
        private static final long serialVersionUID = 1L;

        DamagedException(String message) {
            super(message);
        }

        DamagedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The bytes of a file with this body. */
    static byte[] write(String body) {
        String text = VERSION_LINE + VERSION + "\n\n" + body;
        return (text + "#END sha-256 " + checksum(text) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a file's bytes.
     *
     * @throws DamagedException if the last line is missing or broken, as in a file that was half written
     */
    static Sealed read(byte[] bytes) throws DamagedException {
        String whole = decode(bytes);
        if (whole.indexOf('\0') >= 0) {
            // A file system that lost what was written last gives zeros.
            throw new DamagedException("line " + lines(whole.substring(0, whole.indexOf('\0'))) + ": bytes of zero");
        }
        Matcher end = END.matcher(whole);
        if (!end.find()) {
            throw new DamagedException(
                    "line " + lines(whole) + ": the file ends without the line #END and its checksum");
        }
        String text = whole.substring(0, end.start(1));
        return new Sealed(text, checksum(text).equals(end.group(2)));
    }

    private static String decode(byte[] bytes) throws DamagedException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new DamagedException("the file is not text in UTF-8", e);
        }
    }

    private static long lines(String text) {
        return Math.max(1, text.lines().count());
    }

    private static String checksum(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
