package org.ferrule.system.internal;

import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;

/** Random text that is easy to read and type: Crockford's base 32, five bits a character, in groups. */
final class Base32 {
    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private Base32() {}

    /** Random characters. */
    static String random(SecureRandom random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    /** Puts hyphens between groups. */
    static String grouped(String text, int group) {
        return text.replaceAll("(.{" + group + "})(?=.)", "$1-");
    }

    /** Undoes grouping and forgives what people mistake: lower case, O for 0, I and L for 1. Empty if it is no such text. */
    static Optional<String> read(String typed, int length) {
        String text = typed.strip()
                .toUpperCase(Locale.ROOT)
                .replace("-", "")
                .replace('O', '0')
                .replace('I', '1')
                .replace('L', '1');
        boolean good = text.length() == length && text.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0);
        return good ? Optional.of(text) : Optional.empty();
    }
}
