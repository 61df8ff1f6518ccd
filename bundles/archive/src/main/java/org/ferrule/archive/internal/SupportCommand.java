package org.ferrule.archive.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Configuration;
import org.ferrule.shell.RunCommand;
import org.ferrule.shell.Shell;

/** {@code run sys support-archive}: one file with what support wants to see, and no secret in it. One at a time. */
final class SupportCommand implements RunCommand {
    static final String HISTOGRAM = "heap-histogram";

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration WHOLE = Duration.ofSeconds(60);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final SupportWriter writer;
    private final Path folder;
    private final Clock clock;
    private final Supplier<Optional<Configuration>> configuration;
    private final Supplier<Optional<Shell>> shell;
    private final AtomicBoolean busy = new AtomicBoolean();

    SupportCommand(
            SupportWriter writer,
            Clock clock,
            Supplier<Optional<Configuration>> configuration,
            Supplier<Optional<Shell>> shell) {
        this.writer = writer;
        this.folder = writer.home().directory().resolve("support");
        this.clock = clock;
        this.configuration = configuration;
        this.shell = shell;
    }

    @Override
    public String name() {
        return "sys support-archive";
    }

    @Override
    public String help() {
        return "Writes one file for support: configuration without secrets, logs, status, threads, memory";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(new Parameter(
                HISTOGRAM, "Also counts what is in the heap; all traffic stands still for that moment", true));
    }

    @Override
    public void run(Invocation invocation) throws ConfigException {
        if (!busy.compareAndSet(false, true)) {
            throw new ConfigException("A file for support is being written already: try again when that is done");
        }
        try {
            Configuration now = configuration
                    .get()
                    .orElseThrow(() -> new ConfigException("module config is not running: try again when it is"));
            invocation.out().println("Gathering System Diagnostics: Please wait ...");
            invocation.out().flush();
            Path file = write(now, invocation);
            invocation.out().println("Diagnostic information has been saved in:");
            invocation.out().println(file + " (" + Files.size(file) + " bytes)");
            invocation.out().println("Secrets are masked. It still tells addresses, names and what users typed.");
        } catch (IOException e) {
            throw new ConfigException("The file for support cannot be written to " + folder + ": " + e, e);
        } finally {
            busy.set(false);
        }
    }

    private Path write(Configuration now, Invocation invocation) throws IOException {
        Instant written = clock.instant();
        String name = UcsWriter.hostname(now) + "-" + TIME.format(written);
        try (SupportFile file = new SupportFile(folder, name, written);
                Questions questions = new Questions(shell.get().orElse(null), invocation.account(), PATIENCE, WHOLE)) {
            writer.fill(file, now, questions, invocation.arguments().containsKey(HISTOGRAM));
            return file.finish();
        }
    }
}
