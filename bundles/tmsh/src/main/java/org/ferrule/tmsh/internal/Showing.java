package org.ferrule.tmsh.internal;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Configuration;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.text.Words.Type;
import org.ferrule.config.text.Words.Word;
import org.ferrule.shell.Status;
import org.ferrule.shell.StatusProvider;

/** The verb {@code show}: how objects fare, as text, in braces, or for machines. */
final class Showing {
    static final Set<String> OPTIONS = Set.of("json", "field-fmt", "raw", "detail", "members", "recursive");

    private final Services services;
    private final String folder;
    private final PrintWriter out;

    Showing(Services services, String folder, PrintWriter out) {
        this.services = services;
        this.folder = folder;
        this.out = out;
    }

    void show(List<Word> words) throws ConfigException {
        Configuration configuration = services.configuration();
        List<KindDescriptor> kinds = services.shown();
        Vocabulary.Match match = Vocabulary.kind(kinds, Vocabulary.before(words, OPTIONS));
        List<String> names = new ArrayList<>();
        List<String> options = new ArrayList<>();
        for (Word word : words.subList(match.words(), words.size())) {
            if (word.type() != Type.WORD) {
                throw SyntaxError.unexpected(word.text());
            }
            (OPTIONS.contains(word.text()) ? options : names).add(word.text());
        }
        if (match.kind().isEmpty()) {
            all(kinds, match, names, options);
            return;
        }
        KindDescriptor kind = match.kind().get();
        StatusProvider provider = services.status(kind.name()).orElseThrow(() -> unknown(configuration, kind));
        print(kind, select(kind, provider, names), options);
    }

    private void all(List<KindDescriptor> kinds, Vocabulary.Match match, List<String> names, List<String> options)
            throws ConfigException {
        if (!names.isEmpty()) {
            throw SyntaxError.unexpected(names.get(0));
        }
        if (options.contains("json")) {
            throw new SyntaxError("json needs one kind of object, such as: show ltm pool json");
        }
        for (KindDescriptor kind : Vocabulary.below(kinds, match.path())) {
            Optional<StatusProvider> provider = services.status(kind.name());
            if (provider.isPresent()) {
                print(kind, provider.get().status(), options);
            }
        }
    }

    private static ConfigException unknown(Configuration configuration, KindDescriptor kind) {
        return new ConfigException(
                configuration.available(kind.name())
                        ? "There is no status of " + kind.name() + "; list " + kind.name() + " shows its configuration"
                        : "The module of " + kind.name() + " is not running");
    }

    private List<Status> select(KindDescriptor kind, StatusProvider provider, List<String> names)
            throws ConfigException {
        List<Status> all = provider.status();
        if (kind.singleton() && !names.isEmpty()) {
            throw SyntaxError.unexpected(names.get(0));
        }
        List<String> selected =
                new Selection(names).of(kind, all.stream().map(Status::name).toList(), folder);
        return all.stream().filter(status -> selected.contains(status.name())).toList();
    }

    private void print(KindDescriptor kind, List<Status> statuses, List<String> options) {
        if (options.contains("json")) {
            out.println(StatusJson.of(statuses, folder));
        } else if (options.contains("field-fmt")) {
            statuses.forEach(status -> out.print(StatusText.fields(kind, status, folder, options.contains("raw"))));
        } else {
            statuses.forEach(status -> out.print(StatusText.of(kind, status, folder, options.contains("raw"))));
        }
    }
}
