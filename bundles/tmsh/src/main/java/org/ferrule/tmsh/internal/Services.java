package org.ferrule.tmsh.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Configuration;
import org.ferrule.shell.RunCommand;
import org.ferrule.shell.StatusProvider;

/**
 * The modules that a session talks to, as they are at the moment of asking.
 *
 * @param current the configuration, if its module runs
 * @param allCommands all commands under {@code run}, oldest version first
 * @param allStatuses all that tell a status, oldest version first
 */
record Services(
        Supplier<Optional<Configuration>> current,
        Supplier<List<RunCommand>> allCommands,
        Supplier<List<StatusProvider>> allStatuses) {
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

    /** Who tells the status of objects of the kind. */
    Optional<StatusProvider> status(String kind) {
        StatusProvider newest = null;
        for (StatusProvider provider : allStatuses.get()) {
            newest = provider.kind().equals(kind) ? provider : newest;
        }
        return Optional.ofNullable(newest);
    }
}
