package org.ferrule.monitor.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Monitors joined: how many of them must be content.
 *
 * @param monitors full names
 * @param least how many must find the target up
 */
record Rule(List<String> monitors, int least) {
    /** Reads the form in which the tree stores rules; that was checked when it was typed. */
    static Rule parse(String text) {
        List<String> words = new ArrayList<>(Arrays.asList(text.split(" ")));
        if (words.get(0).equals("min")) {
            int least = Integer.parseInt(words.get(1));
            List<String> names =
                    words.stream().filter(w -> w.startsWith("/")).distinct().toList();
            return new Rule(names, Math.min(least, names.size()));
        }
        List<String> names =
                words.stream().filter(w -> !w.equals("and")).distinct().toList();
        return new Rule(names, names.size());
    }
}
