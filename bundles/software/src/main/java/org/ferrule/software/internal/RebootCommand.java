package org.ferrule.software.internal;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.ferrule.config.ConfigException;
import org.ferrule.shell.RunCommand;

/**
 * {@code reboot}: starts the appliance again, with another volume if one is named.
 *
 * @param volumes what can be booted
 * @param boot tells the launcher
 * @param jobs none may run
 * @param watched whether somebody starts the appliance again
 * @param saved whether what runs is what is saved
 * @param restart ends the process, and asks the launcher for a start
 */
record RebootCommand(
        Volumes volumes, BootChoice boot, Jobs jobs, boolean watched, BooleanSupplier saved, Runnable restart)
        implements RunCommand {
    private static final String VOLUME = "volume";
    private static final String COPY = "copy-config";
    private static final String DISCARD = "discard-changes";

    @Override
    public String verb() {
        return "reboot";
    }

    @Override
    public String name() {
        return "";
    }

    @Override
    public String help() {
        return "Restarts the appliance at once, which ends all connections; a volume that does not come up is left again";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                new Parameter(VOLUME, "Boots this volume, now and at later starts", false, volumes::bootable),
                new Parameter(COPY, "Takes the saved configuration along, in place of the volume's own", true),
                new Parameter(DISCARD, "Gives up changes that were not saved", true));
    }

    @Override
    public void run(Invocation invocation) throws ConfigException {
        Map<String, String> said = invocation.arguments();
        String volume = said.getOrDefault(VOLUME, chosen());
        jobs.whenIdle(() -> {
            check(volume, said);
            try {
                prepare(volume, said.containsKey(COPY), invocation.out());
                boot.choose(volume);
            } catch (IOException e) {
                throw new ConfigException(volume + " cannot be booted: " + e.getMessage(), e);
            }
        });
        restart.run();
    }

    /** What the next start would boot. */
    private String chosen() {
        return volumes.isBootable(boot.next()) ? boot.next() : volumes.active();
    }

    private void check(String volume, Map<String, String> said) throws ConfigException {
        if (!watched) {
            throw new ConfigException("Nobody would start this appliance again: it was not started by the command"
                    + " ferrule. Stop it, and start it with ferrule start");
        }
        if (!volumes.isBootable(volume)) {
            throw new ConfigException("There is no volume " + volume + " that can be booted; there are: "
                    + String.join(", ", volumes.bootable()));
        }
        if (volume.equals(volumes.active()) && said.containsKey(COPY)) {
            throw new ConfigException(volume + " runs, and has its configuration");
        }
        if (!saved.getAsBoolean() && !said.containsKey(DISCARD)) {
            throw new ConfigException("There are changes that are not saved, and would be lost: save sys config keeps"
                    + " them, the word " + DISCARD + " gives them up");
        }
    }

    /** A volume that never came up has nothing of its own that anybody set: it gets what is saved now. */
    private void prepare(String volume, boolean copy, PrintWriter out) throws IOException {
        if (volume.equals(volumes.active())) {
            out.println("The appliance restarts with " + volume + ".");
            return;
        }
        boolean first = volumes.description(volume)
                .filter(description -> description.booted().isEmpty() || failed(volume))
                .isPresent();
        if (first || copy) {
            volumes.copyConfiguration(volume);
            out.println(volume + " gets a copy of the configuration that is saved here.");
        } else {
            out.println(volume + " has the configuration with which it ran last; " + COPY
                    + " would have taken the one that is saved here.");
        }
        out.println("The appliance boots " + volume + ". If that does not come up, it boots " + volumes.active()
                + " again by itself; reboot volume " + volumes.active() + " goes back.");
    }

    private boolean failed(String volume) {
        return boot.failure().filter(failure -> failure.volume().equals(volume)).isPresent();
    }
}
