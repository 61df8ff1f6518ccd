package org.ferrule.ssh.internal;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.sshd.server.Environment;

/** Tells which characters a client can show, by what it says of itself. */
final class Characters {
    /** What counts of a client's environment, in the order in which POSIX lets it count. */
    static final List<String> LOCALE = List.of("LC_ALL", "LC_CTYPE", "LANG");

    /** No locale's name is longer. */
    static final int LONGEST = 64;

    private static final Set<String> PLAIN = Set.of("dumb", "vt52", "vt100", "vt102", "vt220");

    private Characters() {}

    /** UTF-8, unless the client says that it has something else, or a terminal that knows letters only. */
    static Charset of(Map<String, String> environment) {
        String locale = LOCALE.stream()
                .map(environment::get)
                .filter(value -> value != null && !value.isEmpty())
                .findFirst()
                .orElse("utf8")
                .toLowerCase(Locale.ROOT)
                .replace("-", "");
        boolean plain = PLAIN.contains(environment.getOrDefault(Environment.ENV_TERM, ""));
        return locale.endsWith("utf8") && !plain ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII;
    }
}
