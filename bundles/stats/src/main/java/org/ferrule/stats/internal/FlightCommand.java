package org.ferrule.stats.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jfr.Configuration;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Home;
import org.ferrule.config.PrivateFiles;
import org.ferrule.shell.RunCommand;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** {@code run sys flight-recording}: records what the JVM's flight recorder sees for a while, into a file. One at a time. */
@Component
public final class FlightCommand implements RunCommand {
    private static final String SECONDS = "seconds";
    private static final String STOP = "stop";
    private static final String NAME = "ferrule";
    private static final int USUAL = 60;
    private static final int MOST = 3600;
    private static final int KEPT = 5;
    private static final Pattern RECORDING = Pattern.compile("flight-\\d{8}-\\d{6}\\.jfr");
    private static final long MAX_BYTES = 64L << 20;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final Path folder;
    private final boolean delegated;

    @Activate
    public FlightCommand(BundleContext context) {
        this(
                Home.of(context).directory().resolve("support"),
                String.valueOf(context.getProperty(Constants.FRAMEWORK_BOOTDELEGATION))
                        .contains("jdk.jfr.internal"));
    }

    /** @param delegated whether bundles are given what the JVM makes the classes of events refer to */
    FlightCommand(Path folder, boolean delegated) {
        this.folder = folder;
        this.delegated = delegated;
    }

    @Override
    public String name() {
        return "sys flight-recording";
    }

    @Override
    public String help() {
        return "Records flows, tunnels and what the JVM does for a while, for JDK Mission Control or jfr print";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                new Parameter(SECONDS, "How long, " + USUAL + " if nothing is said; at most " + MOST),
                new Parameter(STOP, "Ends the recording that runs", true));
    }

    @Override
    public void run(Invocation invocation) throws ConfigException {
        Map<String, String> arguments = invocation.arguments();
        Optional<Recording> running = running();
        if (arguments.containsKey(STOP)) {
            Recording recording =
                    running.orElseThrow(() -> new ConfigException("Nothing is being recorded: it ends by itself, too"));
            Path file = recording.getDestination();
            recording.stop();
            recording.close();
            invocation.out().println("The recording is saved in " + file);
            return;
        }
        if (running.isPresent()) {
            throw new ConfigException("A recording is being made already, into "
                    + running.get().getDestination() + ": wait, or end it with stop");
        }
        if (!delegated) {
            throw new ConfigException("Recording would break connections: " + Constants.FRAMEWORK_BOOTDELEGATION
                    + " does not name jdk.jfr.internal in this home's etc/custom.properties. What this version ships is"
                    + " beside that file, named .new: take it from there, and restart");
        }
        int seconds = seconds(arguments.getOrDefault(SECONDS, String.valueOf(USUAL)));
        Path file = start(Duration.ofSeconds(seconds));
        invocation.out().println("Recording for " + seconds + " seconds, into " + file);
    }

    private static int seconds(String typed) throws ConfigException {
        if (typed.matches("[1-9]\\d{0,3}") && Integer.parseInt(typed) <= MOST) {
            return Integer.parseInt(typed);
        }
        throw new ConfigException(SECONDS + " is a whole number from 1 to " + MOST + ", not \"" + typed + "\"");
    }

    private static Optional<Recording> running() {
        return FlightRecorder.getFlightRecorder().getRecordings().stream()
                .filter(recording -> recording.getName().equals(NAME))
                .filter(recording -> recording.getState() == RecordingState.RUNNING)
                .findFirst();
    }

    /** The newest few are kept, the one that begins included. Their names tell their age. */
    private void forgetOld() throws IOException {
        List<Path> recordings;
        try (Stream<Path> files = Files.list(folder)) {
            recordings = files.filter(file ->
                            RECORDING.matcher(file.getFileName().toString()).matches())
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
        for (Path old : recordings.subList(Math.min(KEPT, recordings.size()), recordings.size())) {
            Files.delete(old);
        }
    }

    private Path start(Duration duration) throws ConfigException {
        Path file = folder.resolve("flight-" + TIME.format(Instant.now()) + ".jfr");
        try {
            PrivateFiles.folder(folder);
            Recording recording = new Recording(Configuration.getConfiguration("default"));
            recording.setName(NAME);
            // What somebody started the appliance with is nobody's business.
            recording.disable("jdk.InitialEnvironmentVariable");
            recording.setMaxSize(MAX_BYTES);
            recording.setDuration(duration);
            recording.setDestination(file);
            recording.start();
            forgetOld();
            return file;
        } catch (IOException | ParseException e) {
            throw new ConfigException("Nothing can be recorded into " + folder + ": " + e, e);
        }
    }
}
