package org.ferrule.ssh.internal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which notices a user has seen since the start: told at each login for ever, they would be read by nobody. */
final class Told {
    private final Map<String, Set<String>> byUser = new HashMap<>();

    /** Those that are new to the user; they count as seen from now on. */
    synchronized List<String> news(String user, List<String> notices) {
        Set<String> seen = byUser.computeIfAbsent(user, u -> new HashSet<>());
        // What does not hold any more is forgotten, and is news if it comes again.
        seen.retainAll(notices);
        return notices.stream().filter(seen::add).toList();
    }
}
