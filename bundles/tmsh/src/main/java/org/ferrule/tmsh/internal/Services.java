package org.ferrule.tmsh.internal;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Configuration;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.kind.PropertyType;
import org.ferrule.config.text.Words.Word;
import org.ferrule.shell.Account;
import org.ferrule.shell.LiveValues;
import org.ferrule.shell.RunCommand;
import org.ferrule.shell.StatusProvider;
import org.ferrule.shell.Users;

/**
 * The modules that a session talks to, as they are at the moment of asking.
 *
 * @param current the configuration, if its module runs
 * @param allCommands all commands that are about no configuration object, oldest version first
 * @param allStatuses all that tell a status, oldest version first
 * @param allValues all that tell live values, oldest version first
 * @param users who may do what, if the module that knows is running
 * @param absent whose commands were there before
 */
record Services(
        Supplier<Optional<Configuration>> current,
        Supplier<List<RunCommand>> allCommands,
        Supplier<List<StatusProvider>> allStatuses,
        Supplier<List<LiveValues>> allValues,
        Supplier<Optional<Users>> users,
        Absent absent) {
    Configuration configuration() throws ConfigException {
        return current.get()
                .orElseThrow(() -> new ConfigException("module config is not running: try again when it is"));
    }

    /**
     * What somebody who logged in may still do: no more than then, and no more than now.
     *
     * @throws ConfigException if the user may not log in any more
     */
    Account standing(Account then) throws ConfigException {
        Optional<Users> known = users.get();
        if (known.isEmpty()) {
            return then;
        }
        Account now = known.get()
                .account(then.name())
                .orElseThrow(() -> new ConfigException("01070822:3: Access Denied: user " + then.name()
                        + " has no access to this appliance any more (auth user)"));
        return now.may(then.role()) ? then : new Account(then.name(), now.role(), then.shell());
    }

    /** The commands under a verb by name; of several versions the newest. */
    Map<String, RunCommand> commands(Verb verb) {
        Map<String, RunCommand> byName = new LinkedHashMap<>();
        allCommands.get().stream()
                .filter(command -> command.verb().equals(verb.word()))
                .forEach(command -> byName.put(command.name(), command));
        return byName;
    }

    /** How many words a command's name has. */
    static int words(RunCommand command) {
        return command.name().isEmpty() ? 0 : command.name().split(" ").length;
    }

    /**
     * The command under a verb that the words begin with; each word may be shortened as long as it stays unambiguous.
     *
     * @param others what else may follow the verb
     */
    Optional<RunCommand> command(Verb verb, List<Word> words, Collection<String> others) {
        Map<String, RunCommand> commands = commands(verb);
        if (commands.containsKey("")) {
            return Optional.of(commands.get(""));
        }
        List<String> all =
                Stream.concat(commands.keySet().stream(), others.stream()).toList();
        String path = "";
        for (Word word : words) {
            String prefix = path.isEmpty() ? "" : path + " ";
            Set<String> next = all.stream()
                    .filter(name -> name.startsWith(prefix))
                    .map(name -> name.substring(prefix.length()).split(" ")[0])
                    .collect(Collectors.toSet());
            try {
                path = prefix + Vocabulary.pick(word.text(), next);
            } catch (SyntaxError another) {
                return Optional.empty();
            }
            if (commands.containsKey(path)) {
                return Optional.of(commands.get(path));
            }
        }
        return Optional.empty();
    }

    /** What {@code show} knows: the kinds of configuration objects, and what else has a status. */
    List<KindDescriptor> shown() throws ConfigException {
        Map<String, KindDescriptor> shown = new TreeMap<>();
        for (StatusProvider provider : allStatuses.get()) {
            provider.described().ifPresent(kind -> shown.put(kind.name(), kind));
        }
        configuration().kinds().forEach(kind -> shown.put(kind.name(), kind));
        return List.copyOf(shown.values());
    }

    /** The names of what is secret in a command about a kind, or about no configuration object. */
    Set<String> secrets(List<Word> words) {
        Set<String> secrets = new HashSet<>();
        for (RunCommand command : allCommands.get()) {
            if (!words.isEmpty()
                    && command.name().split(" ")[0].equals(words.get(0).text())) {
                command.parameters().stream()
                        .map(RunCommand.Parameter::name)
                        .filter(Audit::isSecret)
                        .forEach(secrets::add);
            }
        }
        try {
            Vocabulary.kind(configuration().kinds(), words).kind().stream()
                    .flatMap(kind -> kind.properties().stream())
                    .filter(property -> property.type() == PropertyType.SECRET)
                    .forEach(property -> secrets.add(property.name()));
        } catch (ConfigException noKind) {
            return secrets;
        }
        return secrets;
    }

    /** Who tells the status of objects of the kind. */
    Optional<StatusProvider> status(String kind) {
        StatusProvider newest = null;
        for (StatusProvider provider : allStatuses.get()) {
            newest = provider.kind().equals(kind) ? provider : newest;
        }
        return Optional.ofNullable(newest);
    }

    /** Who tells which values of a property of the kind mean something now. */
    Optional<LiveValues> values(String kind, String property) {
        LiveValues newest = null;
        for (LiveValues provider : allValues.get()) {
            boolean meant = provider.kind().equals(kind) && provider.property().equals(property);
            newest = meant ? provider : newest;
        }
        return Optional.ofNullable(newest);
    }
}
