package org.ferrule.shell;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.ferrule.config.ConfigException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A command that is about no configuration object, such as one under the verb {@code run}; registered as an OSGi service by
 * the bundle that has it.
 */
@ConsumerType
public interface RunCommand {
    /** The verb that it is under: {@code run}, or another one of the shell's, such as {@code save}. */
    default String verb() {
        return "run";
    }

    /** As typed after the verb: {@code cm pair}, {@code /util karaf}; "" for what the verb alone does. */
    String name();

    /** One line of help. */
    String help();

    /** What stands right after the name, without a word in front, such as the name of an archive; empty if nothing does. */
    default Optional<Operand> operand() {
        return Optional.empty();
    }

    /** What may be said after that, each as a word and its value, or as a word alone. */
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
     * A value that is known by its place.
     *
     * @param name what it is called in messages, and in {@link Invocation#arguments}
     * @param help one line
     * @param required whether the command needs it
     * @param known what it may be, for the shell to suggest; empty for a new name. Asked at each key, so it must be quick
     */
    record Operand(String name, String help, boolean required, Supplier<List<String>> known) {}

    /**
     * A word that takes a value, or stands alone.
     *
     * @param name as typed
     * @param help one line
     * @param alone whether it takes no value
     * @param known what the value may be, for the shell to suggest; empty if it may be anything. Asked at each key, so it
     *     must be quick
     */
    record Parameter(String name, String help, boolean alone, Supplier<List<String>> known) {
        /** A word that takes any value, or stands alone. */
        public Parameter(String name, String help, boolean alone) {
            this(name, help, alone, List::of);
        }

        /** A word that takes any value. */
        public Parameter(String name, String help) {
            this(name, help, false);
        }
    }

    /**
     * How the command was called.
     *
     * @param account who called it
     * @param arguments values by the name of parameter or operand; "" for a word that stands alone
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
