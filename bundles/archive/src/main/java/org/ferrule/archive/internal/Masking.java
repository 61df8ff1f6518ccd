package org.ferrule.archive.internal;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Takes secrets out of texts that others will read: those of the configuration wherever they stand, and whatever has the
 * form of one.
 */
final class Masking {
    static final String MASK = "****";

    /** Shorter ones stand in too many words by chance; they are masked in the configuration, word by word. */
    private static final int MIN_LITERAL = 6;

    private static final List<Pattern> FORMS = List.of(
            Pattern.compile("\\$(?:M|UCS)\\$[A-Za-z0-9_$-]+"),
            Pattern.compile("\\$pbkdf2-[a-z0-9]+\\$[A-Za-z0-9+/=$,.-]+"),
            Pattern.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?"));

    private final Set<String> secrets;
    private final List<String> literals;

    Masking(Set<String> secrets) {
        this.secrets = Set.copyOf(secrets);
        literals = secrets.stream()
                .filter(secret -> secret.length() >= MIN_LITERAL)
                // A longer one first: a shorter one may be a part of it.
                .sorted((a, b) -> b.length() - a.length())
                .toList();
    }

    /** A text of any kind without secrets. */
    String masked(String text) {
        String masked = text;
        for (String literal : literals) {
            masked = masked.replace(literal, MASK);
        }
        for (Pattern form : FORMS) {
            masked = form.matcher(masked).replaceAll("****");
        }
        return masked;
    }

    /** The text of a configuration without secrets, the short ones included. */
    String maskedConfiguration(String text) {
        return masked(ConfigurationText.changed(text, word -> secrets.contains(word) ? MASK : word));
    }
}
