package org.ferrule.tmsh.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.text.Words.Type;
import org.ferrule.config.text.Words.Word;

/** Finds what words mean: each may be shortened as long as it stays unambiguous. */
final class Vocabulary {
    private Vocabulary() {}

    /**
     * A kind, and how many words named it.
     *
     * @param kind empty if the words name only a part of the way, such as {@code ltm}
     * @param path the words in full: {@code ltm profile}
     * @param words how many words were used
     */
    record Match(Optional<KindDescriptor> kind, String path, int words) {}

    static Verb verb(String word) throws SyntaxError {
        List<String> all = Arrays.stream(Verb.values()).map(Verb::word).toList();
        return Verb.valueOf(pick(word, all).toUpperCase(java.util.Locale.ROOT));
    }

    /** The one of the candidates that the word is or begins. */
    static String pick(String word, Collection<String> candidates) throws SyntaxError {
        if (candidates.contains(word)) {
            return word;
        }
        List<String> beginning = candidates.stream()
                .filter(c -> !word.isEmpty() && c.startsWith(word))
                .toList();
        if (beginning.isEmpty()) {
            throw SyntaxError.unexpected(word);
        }
        if (beginning.size() > 1) {
            throw SyntaxError.ambiguous(word, beginning);
        }
        return beginning.get(0);
    }

    /** Fails for the first word beyond those that a command takes. */
    static void atMost(int count, List<Word> words) throws SyntaxError {
        if (words.size() > count) {
            throw SyntaxError.unexpected(words.get(count).text());
        }
    }

    /** The words before the first option: an option names no kind. */
    static List<Word> before(List<Word> words, Collection<String> options) {
        return words.stream().takeWhile(w -> !options.contains(w.text())).toList();
    }

    /** Follows the words along the names of kinds as far as they go. */
    static Match kind(Collection<KindDescriptor> kinds, List<Word> words) throws SyntaxError {
        String path = "";
        int used = 0;
        while (true) {
            Set<String> next = after(kinds, path);
            boolean more = used < words.size() && words.get(used).type() == Type.WORD;
            if (next.isEmpty() || !more) {
                return match(kinds, path, used);
            }
            Optional<KindDescriptor> here = exactly(kinds, path);
            String word = words.get(used).text();
            if (here.isPresent() && next.stream().noneMatch(n -> n.startsWith(word))) {
                return match(kinds, path, used);
            }
            path = path.isEmpty() ? pick(word, next) : path + " " + pick(word, next);
            used++;
        }
    }

    private static Match match(Collection<KindDescriptor> kinds, String path, int used) {
        return new Match(exactly(kinds, path), path, used);
    }

    private static Optional<KindDescriptor> exactly(Collection<KindDescriptor> kinds, String path) {
        return kinds.stream().filter(kind -> kind.name().equals(path)).findFirst();
    }

    /** The words that may follow a part of a kind's name. */
    static Set<String> after(Collection<KindDescriptor> kinds, String path) {
        Set<String> next = new LinkedHashSet<>();
        String prefix = path.isEmpty() ? "" : path + " ";
        for (KindDescriptor kind : kinds) {
            if (kind.name().startsWith(prefix)) {
                next.add(kind.name().substring(prefix.length()).split(" ")[0]);
            }
        }
        return next;
    }

    /** The kinds at or below a path. */
    static List<KindDescriptor> below(Collection<KindDescriptor> kinds, String path) {
        List<KindDescriptor> below = new ArrayList<>();
        for (KindDescriptor kind : kinds) {
            if (path.isEmpty() || kind.matches(List.of(path))) {
                below.add(kind);
            }
        }
        return below;
    }
}
