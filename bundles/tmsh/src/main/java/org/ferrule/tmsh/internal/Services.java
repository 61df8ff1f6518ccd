package org.ferrule.tmsh.internal;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Configuration;
import org.ferrule.config.kind.PropertyType;
import org.ferrule.config.text.Words.Word;
import org.ferrule.shell.LiveValues;
import org.ferrule.shell.RunCommand;
import org.ferrule.shell.StatusProvider;

/**
 * The modules that a session talks to, as they are at the moment of asking.
 *
 * @param current the configuration, if its module runs
 * @param allCommands all commands under {@code run}, oldest version first
 * @param allStatuses all that tell a status, oldest version first
 * @param allValues all that tell live values, oldest version first
 */
record Services(
        Supplier<Optional<Configuration>> current,
        Supplier<List<RunCommand>> allCommands,
        Supplier<List<StatusProvider>> allStatuses,
        Supplier<List<LiveValues>> allValues) {
    Configuration configuration() throws ConfigException {
        return current.get()
                .orElseThrow(() -> new ConfigException("module config is not running: try again when it is"));
    }

    /** The commands by name; of several versions the newest. */
    Map<String, RunCommand> commands() {
        Map<String, RunCommand> byName = new LinkedHashMap<>();
        allCommands.get().forEach(command -> byName.put(command.name(), command));
        return byName;
    }

    /** The names of what is secret in a command about a kind, or under {@code run}. */
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
