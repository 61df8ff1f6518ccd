package org.ferrule.tmsh.internal;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.KindDescriptor;

/** Which objects a {@code list} or {@code show} is about: names, {@code all}, or patterns with {@code *} and {@code ?}. */
record Selection(List<String> names) {
    boolean everything() {
        return names.isEmpty() || names.contains("all") || names.contains("recursive");
    }

    /** The full names among {@code existing} that were asked for; fails for one that names nothing. */
    List<String> of(KindDescriptor kind, List<String> existing, String folder) throws ConfigException {
        if (everything()) {
            return existing;
        }
        Set<String> selected = new LinkedHashSet<>();
        for (String name : names) {
            String full = ObjectId.fullName(folder, name);
            Predicate<String> matches = glob(name) ? pattern(full).asMatchPredicate() : full::equals;
            List<String> found = existing.stream()
                    .filter(e -> matches.test(e) || matches.test(ObjectId.fullName(folder, e)))
                    .toList();
            if (found.isEmpty() && !glob(name)) {
                throw ConfigException.notFound(kind.title(), full, there(existing, folder));
            }
            selected.addAll(found);
        }
        return List.copyOf(selected);
    }

    private static String there(List<String> existing, String folder) {
        if (existing.isEmpty()) {
            return "There is none.";
        }
        List<String> names = existing.stream()
                .limit(10)
                .map(name -> ObjectId.relativeName(folder, name))
                .toList();
        return "There is: " + String.join(", ", names) + (existing.size() > 10 ? ", …" : "");
    }

    static boolean glob(String name) {
        return name.indexOf('*') >= 0 || name.indexOf('?') >= 0;
    }

    /** What follows a star is taken at its first place and never tried again, or many stars would take for ever. */
    private static Pattern pattern(String glob) {
        String[] parts = glob.split("\\*", -1);
        StringBuilder regex = new StringBuilder(literal(parts[0]));
        for (int i = 1; i < parts.length; i++) {
            regex.append(i < parts.length - 1 ? "(?>.*?" + literal(parts[i]) + ")" : ".*" + literal(parts[i]));
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    private static String literal(String part) {
        StringBuilder regex = new StringBuilder();
        for (char c : part.toCharArray()) {
            regex.append(c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return regex.toString();
    }
}
