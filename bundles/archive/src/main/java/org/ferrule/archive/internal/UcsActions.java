package org.ferrule.archive.internal;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.ferrule.archive.internal.UcsLoader.Loaded;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Configuration;
import org.ferrule.config.Secrets;
import org.ferrule.config.text.Words;
import org.ferrule.shell.RunCommand.Invocation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done with archives, for those who type it. One archive is saved or loaded at a time. */
final class UcsActions {
    private static final Logger LOG = LoggerFactory.getLogger(UcsActions.class);

    private final UcsFolder folder;
    private final UcsWriter writer;
    private final UcsLoader loader;
    private final Supplier<Optional<Configuration>> configuration;
    private final Supplier<Optional<Secrets>> secrets;
    private final ReentrantLock busy = new ReentrantLock();

    UcsActions(
            UcsFolder folder,
            UcsWriter writer,
            UcsLoader loader,
            Supplier<Optional<Configuration>> configuration,
            Supplier<Optional<Secrets>> secrets) {
        this.folder = folder;
        this.writer = writer;
        this.loader = loader;
        this.configuration = configuration;
        this.secrets = secrets;
    }

    void save(Invocation invocation) throws ConfigException {
        Path file = folder.file(invocation.arguments().get(UcsCommand.ARCHIVE));
        String passphrase = invocation.arguments().get(UcsCommand.PASSPHRASE);
        boolean keys = !invocation.arguments().containsKey(UcsCommand.NO_PRIVATE_KEY);
        PrintWriter out = invocation.out();
        alone(() -> {
            Configuration now = need(configuration, "config");
            out.println("Saving active configuration...");
            folder.write(file, writer.make(now, need(secrets, "crypto"), passphrase, keys));
            LOG.info("Saved the archive {}, {}", file, passphrase == null ? "not encrypted" : "encrypted");
            out.println(file + " is saved.");
            out.println(
                    passphrase == null
                            ? "It can be loaded on this appliance only: its secrets are sealed under the master key,"
                                    + " which is not in it. Give a passphrase for one that restores another appliance."
                            : "Whoever has it and the passphrase has all its secrets.");
            if (!keys) {
                out.println("Private keys are not in it, nor is the identity of this appliance.");
            }
        });
    }

    void load(Invocation invocation) throws ConfigException {
        Path file = folder.existing(invocation.arguments().get(UcsCommand.ARCHIVE));
        String name = file.getFileName().toString();
        PrintWriter out = invocation.out();
        alone(() -> {
            out.println("Loading " + file + " ...");
            out.flush();
            Loaded loaded = load(name, folder.read(file), invocation.arguments().get(UcsCommand.PASSPHRASE));
            LOG.info(
                    "Loaded the archive {} of {}, {}",
                    file,
                    loaded.facts().hostname(),
                    loaded.facts().created());
            out.println("Loaded and saved: the configuration of "
                    + loaded.facts().hostname() + " of " + loaded.facts().created() + ".");
            if (!loaded.replaced().isEmpty()) {
                out.println("Replaced: " + String.join(", ", loaded.replaced()) + ".");
            }
            if (loaded.restart()) {
                out.println("The device identity and SSH host keys of the archive take effect when the appliance is"
                        + " started again.");
            }
        });
    }

    private Loaded load(String name, byte[] bytes, String passphrase) throws ConfigException {
        try {
            return loader.load(need(configuration, "config"), need(secrets, "crypto"), name, bytes, passphrase);
        } catch (ConfigException e) {
            throw new ConfigException("The archive " + name + " cannot be loaded: " + e.getMessage(), e);
        }
    }

    void list(Invocation invocation) throws ConfigException {
        String wanted = invocation.arguments().get(UcsCommand.ARCHIVE);
        List<String> names = wanted == null
                ? folder.names()
                : List.of(folder.existing(wanted).getFileName().toString());
        UcsStatus status = new UcsStatus(folder);
        for (String name : names) {
            invocation.out().println(UcsStatus.KIND + " " + name + " {");
            values(status, name)
                    .forEach((property, value) ->
                            invocation.out().println("    " + property + " " + Words.quote(value.toString())));
            invocation.out().println("}");
        }
    }

    private static Map<String, Object> values(UcsStatus status, String name) {
        try {
            return status.values(name);
        } catch (ConfigException e) {
            return Map.of("damaged", e.getMessage());
        }
    }

    void delete(Invocation invocation) throws ConfigException {
        Path file = folder.existing(invocation.arguments().get(UcsCommand.ARCHIVE));
        folder.delete(file);
        LOG.info("Deleted the archive {}", file);
    }

    @FunctionalInterface
    private interface Step {
        void make() throws ConfigException;
    }

    private void alone(Step step) throws ConfigException {
        if (!busy.tryLock()) {
            throw new ConfigException(
                    "An archive is being saved or loaded by somebody else: try again when that is done");
        }
        try {
            step.make();
        } finally {
            busy.unlock();
        }
    }

    private static <T> T need(Supplier<Optional<T>> service, String module) throws ConfigException {
        return service.get()
                .orElseThrow(() -> new ConfigException("module " + module + " is not running: try again when it is"));
    }
}
