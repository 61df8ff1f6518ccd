package org.ferrule.tmsh.internal;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Configuration;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.kind.PropertyDescriptor;
import org.ferrule.config.text.PropertyParser;
import org.ferrule.config.text.Words;
import org.ferrule.config.text.Words.Type;
import org.ferrule.config.text.Words.Word;
import org.ferrule.shell.LiveValues;
import org.ferrule.shell.ShellSession.Suggestion;
import org.ferrule.shell.Status;

/** What may stand at the end of a line that is not finished. */
final class Completion {
    private final Services services;
    private final String folder;

    Completion(Services services, String folder) {
        this.services = services;
        this.folder = folder;
    }

    /** For the key {@code ?}: one line for each thing that may follow. */
    void print(String line, PrintWriter out) throws ConfigException {
        List<Suggestion> suggestions = suggest(line);
        if (suggestions.isEmpty()) {
            out.println("Nothing is expected here: the command can be run as it is.");
            return;
        }
        Help.rows(
                out,
                suggestions.get(0).group() + ":",
                suggestions.stream()
                        .map(s -> new String[] {s.text().isEmpty() ? "<text>" : s.text(), s.help()})
                        .toList());
    }

    List<Suggestion> suggest(String line) throws ConfigException {
        List<Word> words = new ArrayList<>();
        for (Word word : Words.split(line).words()) {
            if (word.type() == Type.END) {
                words.clear();
            } else {
                words.add(word);
            }
        }
        boolean fresh = words.isEmpty()
                || words.get(words.size() - 1).end() < line.length()
                || words.get(words.size() - 1).type() != Type.WORD;
        Word last = fresh ? null : words.remove(words.size() - 1);
        String partial = fresh ? "" : last.text();
        boolean quoted = !fresh && last.quoted();
        return after(words).stream()
                .filter(s -> s.text().isEmpty() || plain(s.text()).startsWith(partial))
                .map(s -> quoted ? inQuotes(s) : s)
                .toList();
    }

    /** The word without its quotes and escapes: what it is compared by. */
    private static String plain(String suggested) {
        return Words.split(suggested).words().get(0).text();
    }

    /** Who began with a quote goes on in quotes. */
    private static Suggestion inQuotes(Suggestion s) {
        boolean asItIs = s.text().isEmpty() || s.text().startsWith("\"");
        return asItIs ? s : new Suggestion('"' + s.text() + '"', s.help(), s.group(), s.complete());
    }

    private List<Suggestion> after(List<Word> words) throws ConfigException {
        if (words.isEmpty()) {
            List<Suggestion> verbs = new ArrayList<>();
            for (Verb verb : Verb.values()) {
                verbs.add(new Suggestion(verb.word(), verb.help(), "Commands", true));
            }
            return verbs;
        }
        Verb verb = Vocabulary.verb(words.get(0).text());
        List<Word> rest = words.subList(1, words.size());
        return switch (verb) {
            case QUIT, EXIT, PWD -> List.of();
            case CD -> List.of(new Suggestion(ObjectId.COMMON, "", "Folders", true));
            case SAVE, LOAD -> sysConfig(verb, rest);
            case RUN, INSTALL, REBOOT -> new CommandCompletion(services, verb).after(rest, "Commands");
            default -> object(verb, rest);
        };
    }

    private List<Suggestion> sysConfig(Verb verb, List<Word> rest) {
        List<Suggestion> others = new CommandCompletion(services, verb).after(rest, "Components");
        if (rest.size() < 2) {
            return joined(List.of(new Suggestion(rest.isEmpty() ? "sys" : "config", "", "Components", true)), others);
        }
        if (!rest.get(1).is("config")) {
            return others;
        }
        if (verb == Verb.SAVE || rest.get(rest.size() - 1).is("file")) {
            return List.of();
        }
        return List.of(
                new Suggestion("file", "The file to load", "Options", true),
                new Suggestion("merge", "Lay it over what runs", "Options", true),
                new Suggestion("verify", "Only check it", "Options", true));
    }

    /** The suggestions, and of the others those of other words. */
    private static List<Suggestion> joined(List<Suggestion> suggestions, List<Suggestion> others) {
        List<Suggestion> all = new ArrayList<>(suggestions);
        others.stream()
                .filter(other -> suggestions.stream().noneMatch(s -> s.text().equals(other.text())))
                .forEach(all::add);
        return all;
    }

    private List<Suggestion> object(Verb verb, List<Word> rest) throws ConfigException {
        List<Suggestion> others = new CommandCompletion(services, verb).after(rest, "Components");
        boolean command = services.command(verb, rest, List.of()).isPresent();
        return command ? others : joined(ofKinds(verb, rest), others);
    }

    private List<Suggestion> ofKinds(Verb verb, List<Word> rest) throws ConfigException {
        Configuration configuration = services.configuration();
        Collection<KindDescriptor> kinds = verb == Verb.SHOW ? services.shown() : configuration.kinds();
        Vocabulary.Match match = Vocabulary.kind(kinds, rest);
        List<Suggestion> suggestions = new ArrayList<>();
        if (match.words() == rest.size()) {
            for (String next : Vocabulary.after(kinds, match.path())) {
                String path = match.path().isEmpty() ? next : match.path() + " " + next;
                suggestions.add(new Suggestion(next, help(kinds, path), "Components", true));
            }
        }
        if (match.kind().isPresent()) {
            suggestions.addAll(
                    within(configuration, verb, match.kind().get(), rest.subList(match.words(), rest.size())));
        }
        return suggestions;
    }

    private static String help(Collection<KindDescriptor> kinds, String path) {
        return kinds.stream()
                .filter(k -> k.name().equals(path))
                .map(KindDescriptor::help)
                .findFirst()
                .orElse("");
    }

    private List<Suggestion> within(Configuration configuration, Verb verb, KindDescriptor kind, List<Word> rest) {
        if (verb == Verb.HELP) {
            return help(kind, rest);
        }
        boolean named = kind.singleton() || !rest.isEmpty();
        if (!named) {
            return verb == Verb.CREATE
                    ? List.of(new Suggestion("", "The name of the new " + kind.title(), "Names", false))
                    : names(configuration, kind);
        }
        List<Word> after = kind.singleton() ? rest : rest.subList(1, rest.size());
        return switch (verb) {
            case CREATE -> properties(configuration, kind, after, PropertyParser.Form.CREATE);
            case MODIFY -> properties(configuration, kind, after, PropertyParser.Form.MODIFY);
            case LIST -> options(Listing.OPTIONS, kind);
            case SHOW -> options(Showing.OPTIONS, null);
            default -> List.of();
        };
    }

    /** {@code help} is about the kind and its properties, not about an object. */
    private static List<Suggestion> help(KindDescriptor kind, List<Word> path) {
        List<PropertyDescriptor> properties = kind.properties();
        for (Word word : path) {
            properties = properties.stream()
                    .filter(p -> p.name().equals(word.text()))
                    .flatMap(p -> p.properties().stream())
                    .toList();
        }
        return properties.stream()
                .map(p -> new Suggestion(p.name(), p.help(), "Properties", true))
                .toList();
    }

    private List<Suggestion> names(Configuration configuration, KindDescriptor kind) {
        Stream<String> names = configuration.kind(kind.name()).isPresent()
                ? configuration.running().ids(kind.name()).stream().map(ObjectId::name)
                : services.status(kind.name()).stream()
                        .flatMap(provider -> provider.status().stream().map(Status::name));
        return names.map(name -> new Suggestion(Words.quote(ObjectId.relativeName(folder, name)), "", "Names", true))
                .toList();
    }

    private static List<Suggestion> options(Collection<String> options, KindDescriptor kind) {
        List<Suggestion> suggestions = new ArrayList<>();
        options.stream().sorted().forEach(o -> suggestions.add(new Suggestion(o, "", "Options", true)));
        if (kind != null) {
            kind.properties().forEach(p -> suggestions.add(new Suggestion(p.name(), p.help(), "Properties", true)));
        }
        return suggestions;
    }

    private List<Suggestion> properties(
            Configuration configuration, KindDescriptor kind, List<Word> words, PropertyParser.Form form) {
        return PropertyParser.expect(
                        kind, words, form, folder, kinds -> existing(configuration, kinds), p -> live(kind, p))
                .stream()
                .map(e -> new Suggestion(e.text(), e.help(), e.group(), e.complete()))
                .toList();
    }

    /** A property of a group or an entry may have the name of another one of the kind itself. */
    private Map<String, String> live(KindDescriptor kind, PropertyDescriptor property) {
        return kind.properties().contains(property)
                ? services.values(kind.name(), property.name())
                        .map(LiveValues::values)
                        .orElse(Map.of())
                : Map.of();
    }

    private static List<String> existing(Configuration configuration, List<String> kinds) {
        List<String> names = new ArrayList<>();
        for (KindDescriptor kind : configuration.kinds()) {
            if (kind.matches(kinds)) {
                configuration.running().ids(kind.name()).forEach(id -> names.add(id.name()));
            }
        }
        return names;
    }
}
