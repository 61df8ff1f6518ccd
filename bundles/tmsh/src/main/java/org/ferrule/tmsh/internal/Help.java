package org.ferrule.tmsh.internal;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Configuration;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.kind.PropertyDescriptor;
import org.ferrule.config.text.Words.Word;

/** The verb {@code help}. */
final class Help {
    private final Services services;

    Help(Services services) {
        this.services = services;
    }

    void print(List<Word> words, PrintWriter out) throws ConfigException {
        Configuration configuration = services.configuration();
        if (words.isEmpty()) {
            verbs(out);
            rows(
                    out,
                    "Kinds of objects (help KIND tells more):",
                    configuration.kinds().stream()
                            .map(k -> new String[] {k.name(), k.help()})
                            .toList());
            return;
        }
        Optional<Verb> verb = verb(words.get(0).text());
        if (verb.isPresent()) {
            rows(
                    out,
                    "Commands under " + verb.get().word() + ":",
                    services.commands(verb.get()).values().stream()
                            .map(c -> new String[] {c.name().isEmpty() ? c.verb() : c.name(), c.help()})
                            .toList());
            return;
        }
        Vocabulary.Match match = Vocabulary.kind(configuration.kinds(), words);
        if (match.kind().isEmpty()) {
            Vocabulary.atMost(match.words(), words);
            rows(
                    out,
                    "Kinds of objects:",
                    Vocabulary.below(configuration.kinds(), match.path()).stream()
                            .map(k -> new String[] {k.name(), k.help()})
                            .toList());
            return;
        }
        kind(match.kind().get(), words.subList(match.words(), words.size()), out);
    }

    /** The verb of that name, if there are commands under it. */
    private Optional<Verb> verb(String word) {
        return Arrays.stream(Verb.values())
                .filter(verb -> verb.word().equals(word))
                .filter(verb -> verb == Verb.RUN || !services.commands(verb).isEmpty())
                .findFirst();
    }

    static void verbs(PrintWriter out) {
        List<String[]> rows = new ArrayList<>();
        for (Verb verb : Verb.values()) {
            rows.add(new String[] {verb.word(), verb.help()});
        }
        rows(out, "Commands:", rows);
    }

    private static void kind(KindDescriptor kind, List<Word> path, PrintWriter out) throws SyntaxError {
        List<PropertyDescriptor> properties = kind.properties();
        String heading = kind.name() + ": " + kind.help();
        for (Word word : path) {
            List<PropertyDescriptor> here = properties;
            Optional<PropertyDescriptor> property =
                    here.stream().filter(p -> p.name().equals(word.text())).findFirst();
            if (property.isEmpty()) {
                throw SyntaxError.unexpected(word.text());
            }
            heading = property.get().name() + ": " + describe(property.get());
            properties = property.get().properties();
            if (!property.get().choices().isEmpty()) {
                rows(
                        out,
                        heading,
                        property.get().choices().stream()
                                .map(c -> new String[] {c.name(), c.help()})
                                .toList());
                return;
            }
        }
        rows(
                out,
                heading,
                properties.stream()
                        .map(p -> new String[] {p.name(), describe(p)})
                        .toList());
    }

    private static String describe(PropertyDescriptor property) {
        StringBuilder text = new StringBuilder(property.help());
        text.append(" (").append(property.expectation());
        if (!property.initial().isEmpty()) {
            text.append("; default ").append(property.initial());
        }
        return text.append(property.required() ? "; required" : "")
                .append(property.readOnly() ? "; read-only" : property.immutable() ? "; only at create" : "")
                .append(')')
                .toString();
    }

    static void rows(PrintWriter out, String heading, List<String[]> rows) {
        int width = rows.stream().mapToInt(row -> row[0].length()).max().orElse(0);
        out.println(heading);
        for (String[] row : rows) {
            out.println(("  " + row[0] + " ".repeat(width - row[0].length() + 2) + row[1]).stripTrailing());
        }
    }
}
