package org.ferrule.tmsh.internal;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.ferrule.config.Assign;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Configuration;
import org.ferrule.config.Edit;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.text.PropertyParser;
import org.ferrule.config.text.Words.Type;
import org.ferrule.config.text.Words.Word;
import org.ferrule.shell.Account;
import org.ferrule.shell.Account.Role;
import org.ferrule.shell.RunCommand;

/** The verbs that do something. */
final class Commands {
    /** What an operator may change, and of which kinds. */
    private static final Set<String> OPERATORS_KINDS = Set.of("ltm virtual", "ltm node", "ltm pool");

    private static final Set<String> OPERATORS_PROPERTIES = Set.of("state", "session", "enabled");

    private static final String SYS_CONFIG = "sys config";

    private final Account account;
    private final Services services;
    private final String folder;
    private final PrintWriter out;
    private final PrintWriter err;

    /** @param err where warnings go: what a script reads from the output stays what it is */
    Commands(Account account, Services services, String folder, PrintWriter out, PrintWriter err) {
        this.account = account;
        this.services = services;
        this.folder = folder;
        this.out = out;
        this.err = err;
    }

    /** Where {@code cd} leads; there is one folder. */
    static String folder(List<Word> words) throws ConfigException {
        Vocabulary.atMost(1, words);
        String wanted = words.isEmpty() ? ObjectId.COMMON : words.get(0).text();
        String full = wanted.equals("/") || wanted.equals(".") ? ObjectId.COMMON : ObjectId.fullName("", wanted);
        if (!full.equals(ObjectId.COMMON)) {
            throw new ConfigException(
                    "The requested folder (" + wanted + ") was not found. There is " + ObjectId.COMMON);
        }
        return full;
    }

    void change(Verb verb, List<Word> words, Map<Class<?>, Object> facilities) throws ConfigException {
        if (ran(verb, words, facilities)) {
            return;
        }
        switch (verb) {
            case SAVE -> save(words);
            case LOAD -> load(words);
            default -> edit(verb, words);
        }
    }

    private void edit(Verb verb, List<Word> words) throws ConfigException {
        Configuration configuration = services.configuration();
        Vocabulary.Match match = Vocabulary.kind(configuration.kinds(), words);
        KindDescriptor kind = match.kind().orElseThrow(() -> incomplete(configuration, match));
        List<Word> rest = words.subList(match.words(), words.size());
        ObjectId id = ObjectId.singleton(kind.name());
        if (!kind.singleton()) {
            if (rest.isEmpty() || rest.get(0).type() != Type.WORD) {
                throw new SyntaxError("the name of the " + kind.title() + " is missing: " + verb.word() + " "
                        + kind.name() + " NAME");
            }
            id = new ObjectId(kind.name(), ObjectId.fullName(folder, rest.get(0).text()));
            rest = rest.subList(1, rest.size());
        }
        Edit edit = edit(verb, kind, id, rest);
        configuration.commit(List.of(edit));
        Warnings.of(edit, services).forEach(err::println);
    }

    private Edit edit(Verb verb, KindDescriptor kind, ObjectId id, List<Word> rest) throws ConfigException {
        if (verb == Verb.DELETE) {
            Vocabulary.atMost(0, rest);
            return new Edit.Delete(id);
        }
        boolean create = verb == Verb.CREATE;
        List<Assign> assigns = PropertyParser.parse(
                kind, rest, create ? PropertyParser.Form.CREATE : PropertyParser.Form.MODIFY, folder);
        if (create) {
            return new Edit.Create(id, assigns);
        }
        if (assigns.isEmpty()) {
            throw new ConfigException("one or more properties must be specified");
        }
        if (!account.may(Role.ADMIN) && !operators(kind, assigns)) {
            throw new ConfigException(
                    "01070822:3: Access Denied: an operator may switch virtual servers, nodes and members"
                            + " on and off; to change anything else needs the role admin");
        }
        return new Edit.Modify(id, assigns);
    }

    private static boolean operators(KindDescriptor kind, List<Assign> assigns) {
        return OPERATORS_KINDS.contains(kind.name()) && assigns.stream().allMatch(Commands::operators);
    }

    private static boolean operators(Assign assign) {
        if (assign instanceof Assign.Entries entries) {
            return entries.operator() == Assign.Operator.MODIFY
                    && entries.entries().values().stream().flatMap(List::stream).allMatch(Commands::operators);
        }
        return assign instanceof Assign.Value && OPERATORS_PROPERTIES.contains(assign.property());
    }

    private static ConfigException incomplete(Configuration configuration, Vocabulary.Match match) {
        return new SyntaxError("\"" + match.path() + "\" is incomplete; it may be followed by: "
                + String.join(", ", Vocabulary.after(configuration.kinds(), match.path())));
    }

    private void save(List<Word> words) throws ConfigException {
        expectSysConfig(Verb.SAVE, words);
        Vocabulary.atMost(2, words);
        out.println("Saving running configuration...");
        for (Path path : services.configuration().save()) {
            out.println("  " + path);
        }
    }

    private void load(List<Word> words) throws ConfigException {
        expectSysConfig(Verb.LOAD, words);
        boolean merge = false;
        boolean verify = false;
        Path file = null;
        for (int i = 2; i < words.size(); i++) {
            switch (Vocabulary.pick(words.get(i).text(), List.of("file", "merge", "verify"))) {
                case "merge" -> merge = true;
                case "verify" -> verify = true;
                default -> {
                    if (++i == words.size()) {
                        throw new SyntaxError("file needs the path of a file");
                    }
                    file = path(words.get(i).text());
                }
            }
        }
        out.println(verify ? "Validating configuration..." : "Loading configuration...");
        if (file == null && !merge && !verify) {
            services.configuration().load();
            return;
        }
        if (file == null) {
            throw new SyntaxError("merge and verify need a file: load sys config file PATH merge");
        }
        out.println("  " + file);
        services.configuration().load(read(file), file.toString(), merge, verify);
    }

    private static Path path(String text) throws ConfigException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new ConfigException("The file " + text + " cannot be read: " + e.getReason(), e);
        }
    }

    private static String read(Path file) throws ConfigException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new ConfigException("The file " + file + " cannot be read: there is no such file", e);
        } catch (AccessDeniedException e) {
            throw new ConfigException("The file " + file + " cannot be read: the appliance's user may not read it", e);
        } catch (CharacterCodingException e) {
            throw new ConfigException("The file " + file + " cannot be read: it is not UTF-8 text", e);
        } catch (IOException e) {
            throw new ConfigException("The file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private void expectSysConfig(Verb verb, List<Word> words) throws SyntaxError {
        if (words.size() < 2) {
            List<String> all = Stream.concat(Stream.of(SYS_CONFIG), services.commands(verb).keySet().stream())
                    .map(name -> verb.word() + " " + name)
                    .toList();
            throw new SyntaxError("what to " + verb.word() + " is missing: " + String.join(", ", all));
        }
        Vocabulary.pick(words.get(0).text(), List.of("sys"));
        Vocabulary.pick(words.get(1).text(), List.of("config"));
    }

    /** Runs the command that the words begin with; under the verb there are no others. */
    void run(Verb verb, List<Word> words, Map<Class<?>, Object> facilities) throws ConfigException {
        if (!ran(verb, words, facilities)) {
            if (services.commands(verb).isEmpty()) {
                throw new ConfigException("no module that is running can " + verb.word());
            }
            String problem = words.isEmpty()
                    ? "what to " + verb.word() + " is missing"
                    : "there is no command \"" + text(words) + "\"";
            throw new SyntaxError(problem + "; there are: "
                    + String.join(", ", services.commands(verb).keySet()));
        }
    }

    /** Runs the command that is about no configuration object, if the words begin with one. */
    boolean ran(Verb verb, List<Word> words, Map<Class<?>, Object> facilities) throws ConfigException {
        Optional<RunCommand> command = services.command(verb, words, others(verb));
        if (command.isPresent()) {
            int name = Services.words(command.get());
            new CommandLine(account, command.get(), out).run(words.subList(name, words.size()), facilities);
            return true;
        }
        Optional<Absent.Command> gone = services.absent().command(verb, words);
        if (gone.isPresent()) {
            throw new ConfigException("module " + gone.get().module() + " is not running: "
                    + gone.get().words() + " cannot be carried out now");
        }
        return command.isPresent();
    }

    private Collection<String> others(Verb verb) {
        return switch (verb) {
            case RUN, INSTALL, REBOOT -> List.of();
            case SAVE, LOAD -> List.of(SYS_CONFIG);
            default ->
                services.current().get().map(Configuration::kinds).orElse(List.of()).stream()
                        .map(KindDescriptor::name)
                        .toList();
        };
    }

    private static String text(List<Word> words) {
        return String.join(" ", words.stream().map(Word::text).toList());
    }
}
