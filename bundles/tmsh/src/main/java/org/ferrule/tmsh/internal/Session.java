package org.ferrule.tmsh.internal;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ferrule.config.ConfigException;
import org.ferrule.config.HostNames;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Kinds;
import org.ferrule.config.text.Words;
import org.ferrule.config.text.Words.Type;
import org.ferrule.config.text.Words.Word;
import org.ferrule.shell.Account;
import org.ferrule.shell.ShellSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One conversation: where it stands, and what its commands do. */
final class Session implements ShellSession {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final Account login;
    private final Map<Class<?>, Object> facilities;
    private final Services services;
    private String folder = ObjectId.COMMON;
    private boolean ended;

    Session(Account account, Map<Class<?>, Object> facilities, Services services) {
        this.login = account;
        this.facilities = facilities;
        this.services = services;
    }

    @Override
    public String prompt() {
        return login.name() + "@(" + host() + ")(" + folder + ")(tmos)# ";
    }

    private String host() {
        return services.current()
                .get()
                .flatMap(c -> c.kind("sys global-settings")
                        .flatMap(kind -> c.running().resolve(kind, ObjectId.singleton(kind.name()))))
                .map(settings -> (String) settings.get("hostname"))
                .orElse(HostNames.DEFAULT);
    }

    @Override
    public int execute(String text, PrintWriter out, PrintWriter err) {
        Words.Split split = Words.split(text);
        try {
            boolean asked =
                    split.depth() > 0 && asks(split.words().get(split.words().size() - 1));
            if (split.openQuote() || split.depth() != 0 && !asked) {
                throw new SyntaxError(split.openQuote() ? "quotes are not balanced" : "braces are not balanced");
            }
            for (List<Word> command : commands(split.words())) {
                if (!ended) {
                    run(text, command, out, err);
                }
            }
            return 0;
        } catch (ConfigException e) {
            err.println(e.getMessage());
            return 1;
        } catch (RuntimeException e) {
            LOG.error("a command of {} failed unexpectedly", login.name(), e);
            err.println("Unexpected Error: " + e.getMessage() + "; the log has more");
            return 1;
        } finally {
            out.flush();
            err.flush();
        }
    }

    private static List<List<Word>> commands(List<Word> words) {
        List<List<Word>> commands = new ArrayList<>();
        List<Word> command = new ArrayList<>();
        for (Word word : words) {
            if (word.type() != Type.END) {
                command.add(word);
            } else if (!command.isEmpty()) {
                commands.add(command);
                command = new ArrayList<>();
            }
        }
        if (!command.isEmpty()) {
            commands.add(command);
        }
        return commands;
    }

    private void run(String text, List<Word> words, PrintWriter out, PrintWriter err) throws ConfigException {
        // Asked before each command: a script goes on for long after its user was deleted or demoted.
        Account account = services.standing(login);
        Word last = words.get(words.size() - 1);
        if (asks(last) || asks(words.get(0))) {
            String before = text.substring(words.get(0).start(), asks(last) ? last.start() : last.end());
            new Completion(services, folder).print(asks(last) ? before : "", out);
            return;
        }
        if (words.get(0).type() != Type.WORD) {
            throw SyntaxError.unexpected(words.get(0).text());
        }
        Verb verb = Vocabulary.verb(words.get(0).text());
        if (!account.may(verb.role())) {
            throw new ConfigException("01070822:3: Access Denied: user " + account.name() + " with role "
                    + Kinds.typed(account.role()) + " may not " + verb.word() + "; that needs the role "
                    + Kinds.typed(verb.role()));
        }
        Commands commands = new Commands(account, services, folder, out, err);
        List<Word> rest = words.subList(1, words.size());
        switch (verb) {
            case QUIT, EXIT -> {
                Vocabulary.atMost(0, rest);
                ended = true;
            }
            case PWD -> {
                Vocabulary.atMost(0, rest);
                out.println(folder);
            }
            case CD -> folder = Commands.folder(rest);
            case HELP -> new Help(services).print(rest, out);
            case LIST -> {
                if (!commands.ran(verb, rest, facilities)) {
                    new Listing(account, services, folder, out).list(rest);
                }
            }
            case SHOW -> {
                if (!commands.ran(verb, rest, facilities)) {
                    new Showing(services, folder, out, unicode()).show(rest);
                }
            }
            case RUN, INSTALL, REBOOT -> audited(text, words, () -> commands.run(verb, rest, facilities));
            case CREATE, MODIFY, DELETE, SAVE, LOAD ->
                audited(text, words, () -> commands.change(verb, rest, facilities));
            default -> throw SyntaxError.unexpected(verb.word());
        }
    }

    /** Whether more than letters can be shown; a way in that says nothing can. */
    private boolean unicode() {
        return facilities.getOrDefault(Charset.class, StandardCharsets.UTF_8).equals(StandardCharsets.UTF_8);
    }

    /** An escaped question mark is text. */
    private static boolean asks(Word word) {
        return word.is("?") && word.end() - word.start() == 1;
    }

    @FunctionalInterface
    private interface Change {
        void make() throws ConfigException;
    }

    private void audited(String text, List<Word> words, Change change) throws ConfigException {
        String command = Audit.readable(text, words, services.secrets(words.subList(1, words.size())));
        try {
            change.make();
            Audit.log(login.name(), folder, "Command OK", command);
        } catch (ConfigException e) {
            Audit.log(login.name(), folder, e.getMessage(), command);
            throw e;
        }
    }

    @Override
    public boolean incomplete(String text) {
        Words.Split split = Words.split(text);
        return split.openQuote() || split.depth() > 0;
    }

    @Override
    public List<Suggestion> complete(String line) {
        try {
            return new Completion(services, folder).suggest(line);
        } catch (ConfigException nothingToSuggest) {
            return List.of();
        }
    }

    @Override
    public boolean ended() {
        return ended;
    }
}
