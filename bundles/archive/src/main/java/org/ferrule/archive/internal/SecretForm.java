package org.ferrule.archive.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Secrets;

/**
 * How secrets look within an archive. Without a passphrase all of them are sealed under the appliance's master key: what was
 * sealed stays as it is, what was open is sealed, with a mark. With one, the archive as a whole is encrypted and all of them
 * are open within: what was open stays as it is, what was sealed is opened, with a mark. So each comes back in the form that
 * it had, under the master key of whoever loads it.
 *
 * @param own seals and opens under the appliance's master key
 * @param open whether secrets are open within the archive
 */
record SecretForm(Secrets own, boolean open) {
    private static final String MARK = "$UCS$";

    static boolean sealed(byte[] value) {
        return startsWith(value, Secrets.PREFIX);
    }

    private static boolean startsWith(byte[] value, String begin) {
        byte[] bytes = begin.getBytes(StandardCharsets.US_ASCII);
        return value.length >= bytes.length && Arrays.equals(value, 0, bytes.length, bytes, 0, bytes.length);
    }

    /** The secret as it is put into the archive. */
    byte[] archived(byte[] value) throws ConfigException {
        if (sealed(value) != open) {
            return value;
        }
        byte[] marked = open
                ? Base64.getUrlEncoder()
                        .withoutPadding()
                        .encode(own.open(text(value).strip()))
                : own.seal(value).getBytes(StandardCharsets.US_ASCII);
        return (MARK + text(marked)).getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether the value was changed when it was put into the archive. */
    static boolean marked(byte[] value) {
        return startsWith(value, MARK);
    }

    /** The secret as the appliance keeps it. */
    byte[] restored(byte[] archived) throws ConfigException {
        if (!marked(archived)) {
            return archived;
        }
        String rest = text(archived).substring(MARK.length()).strip();
        try {
            return open
                    ? own.seal(Base64.getUrlDecoder().decode(rest)).getBytes(StandardCharsets.US_ASCII)
                    : own.open(rest);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("a secret in it is not in base64", e);
        }
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.ISO_8859_1);
    }
}
