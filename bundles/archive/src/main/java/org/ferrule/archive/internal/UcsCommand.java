package org.ferrule.archive.internal;

import java.util.List;
import java.util.Optional;
import org.ferrule.config.ConfigException;
import org.ferrule.shell.Account.Role;
import org.ferrule.shell.RunCommand;

/**
 * {@code sys ucs} under one verb.
 *
 * @param verb the verb
 * @param help one line
 * @param role the least role
 * @param archive its operand
 * @param parameters what may follow
 * @param action does it
 */
record UcsCommand(String verb, String help, Role role, Operand archive, List<Parameter> parameters, Action action)
        implements RunCommand {
    static final String ARCHIVE = "name";
    static final String PASSPHRASE = "passphrase";
    static final String NO_PRIVATE_KEY = "no-private-key";

    /** What a command does. */
    @FunctionalInterface
    interface Action {
        void run(Invocation invocation) throws ConfigException;
    }

    static List<RunCommand> all(UcsFolder folder, UcsActions actions) {
        Operand fresh = new Operand(ARCHIVE, "The archive's name", true, List::of);
        Operand known = new Operand(ARCHIVE, "The archive's name", true, folder::names);
        Operand any = new Operand(ARCHIVE, "The archive's name; all without one", false, folder::names);
        Parameter encrypt = new Parameter(
                PASSPHRASE,
                "Encrypts the archive, so that it can be loaded on another appliance; at least "
                        + Envelope.MIN_PASSPHRASE + " characters");
        Parameter noKeys = new Parameter(NO_PRIVATE_KEY, "Leaves private keys out", true);
        Parameter decrypt = new Parameter(PASSPHRASE, "What the archive was encrypted with");
        return List.of(
                new UcsCommand(
                        "save",
                        "Saves the configuration, keys and certificates to an archive",
                        Role.ADMIN,
                        fresh,
                        List.of(encrypt, noKeys),
                        actions::save),
                new UcsCommand(
                        "load",
                        "Loads an archive in place of configuration, keys and certificates",
                        Role.ADMIN,
                        known,
                        List.of(decrypt),
                        actions::load),
                new UcsCommand("list", "Lists the archives", Role.GUEST, any, List.of(), actions::list),
                new UcsCommand("delete", "Deletes an archive", Role.ADMIN, known, List.of(), actions::delete));
    }

    @Override
    public String name() {
        return UcsStatus.KIND;
    }

    @Override
    public Optional<Operand> operand() {
        return Optional.of(archive);
    }

    @Override
    public void run(Invocation invocation) throws ConfigException {
        action.run(invocation);
    }
}
