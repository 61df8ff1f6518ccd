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
    static final Set<String> OPTIONS =
            Set.of("json", "field-fmt", "raw", "detail", "members", "recursive", "all-stats");

    private final Services services;
    private final String folder;
    private final PrintWriter out;
    private final Sparkline sparkline;

    /** @param unicode whether whoever looks can be shown more than letters */
    Showing(Services services, String folder, PrintWriter out, boolean unicode) {
        this.sparkline = new Sparkline(unicode);
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
            return List.of(partly(kind, all, names));
        }
        List<String> selected =
                new Selection(names).of(kind, all.stream().map(Status::name).toList(), folder);
        return all.stream().filter(status -> selected.contains(status.name())).toList();
    }

    /** The one object with the parts that were asked for only: {@code show sys performance system}. */
    private Status partly(KindDescriptor kind, List<Status> all, List<String> names) throws ConfigException {
        if (all.size() != 1 || all.get(0).parts().isEmpty()) {
            throw SyntaxError.unexpected(names.get(0));
        }
        Status whole = all.get(0);
        List<String> selected = new Selection(names)
                .of(
                        kind,
                        whole.parts().stream().map(part -> part.status().name()).toList(),
                        folder);
        return new Status(
                whole.name(),
                whole.availability(),
                whole.enabled(),
                whole.reason(),
                whole.values(),
                whole.parts().stream()
                        .filter(part -> selected.contains(part.status().name()))
                        .toList());
    }

    private void print(KindDescriptor kind, List<Status> statuses, List<String> options) {
        if (options.contains("json")) {
            out.println(StatusJson.of(statuses, folder));
            return;
        }
        boolean raw = options.contains("raw");
        for (Status status : statuses) {
            Status drawn = sparkline.draw(status);
            out.print(
                    options.contains("field-fmt")
                            ? StatusText.fields(kind, drawn, folder, raw)
                            : StatusText.of(kind, drawn, folder, raw));
        }
    }
}
