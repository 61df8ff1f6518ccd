package org.ferrule.tmsh.internal;

import java.util.ArrayList;
import java.util.List;
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
        List<String> selected = new ArrayList<>();
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
        return selected;
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

    private static Pattern pattern(String glob) {
        StringBuilder regex = new StringBuilder();
        for (char c : glob.toCharArray()) {
            regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.compile(regex.toString());
    }
}
