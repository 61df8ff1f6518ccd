package org.ferrule.shell;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ferrule.config.ConfigException;
import org.osgi.annotation.versioning.ConsumerType;

/** A command under the verb {@code run}; registered as an OSGi service by the bundle that has it. */
@ConsumerType
public interface RunCommand {
    /** As typed after {@code run}: {@code cm pair}, {@code /util karaf}. */
    String name();

    /** One line of help. */
    String help();

    /** What may be said after the name, each as a word and its value. */
    default List<Parameter> parameters() {
        return List.of();
    }

    /** The least role that may run it. */
    default Account.Role role() {
        return Account.Role.ADMIN;
    }

    /**
     * Runs it on the caller's thread; may block.
     *
     * @throws ConfigException with a message for the user, who then sees it and a failing exit code
     */
    void run(Invocation invocation) throws ConfigException;

    /**
     * A word that takes a value.
     *
     * @param name as typed
     * @param help one line
     */
    record Parameter(String name, String help) {}

    /**
     * How the command was called.
     *
     * @param account who called it
     * @param arguments values by parameter name
     * @param out where to print; flushed afterwards
     * @param facilities what the session's way in can offer, by type
     */
    record Invocation(
            Account account, Map<String, String> arguments, PrintWriter out, Map<Class<?>, Object> facilities) {
        /** A facility of the session, such as its terminal. */
        public <T> Optional<T> facility(Class<T> type) {
            return Optional.ofNullable(type.cast(facilities.get(type)));
        }
    }
}
