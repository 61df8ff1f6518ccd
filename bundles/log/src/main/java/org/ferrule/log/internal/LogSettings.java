package org.ferrule.log.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.PrivateFiles;
import org.ferrule.config.kind.Kinds;
import org.ferrule.log.internal.LogConfig.ModuleLevel;
import org.ferrule.shell.LiveValues;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code sys log-config} and {@code sys log-rotate}: writes the log service's file, which is read again by itself
 * within seconds, and before any module is there at the next start. Tells the shell of modules and of the logs.
 */
final class LogSettings implements StatusProvider, LiveValues {
    /** Stands for the modules that are not named. */
    static final String ALL = "all";

    private static final Logger LOG = LoggerFactory.getLogger(LogSettings.class);
    /** A module or a logger; nothing that would mean something in the log service's file. */
    private static final Pattern MODULE = Pattern.compile("[A-Za-z][A-Za-z0-9-]*(\\.[A-Za-z_$][A-Za-z0-9_$-]*)*");

    private static final int MAX_MODULE = 200;

    private final Path file;
    private final LogFiles logs;
    private final Supplier<Map<String, String>> modules;
    private volatile Map<String, ModuleLevel> levels = Map.of();
    private volatile String problem = "";

    /**
     * @param etc where the log service's file is
     * @param logs the logs
     * @param modules what each module that is here is, by its name
     */
    LogSettings(Path etc, LogFiles logs, Supplier<Map<String, String>> modules) {
        this.file = etc.resolve(ServiceFile.NAME);
        this.logs = logs;
        this.modules = modules;
    }

    void check(ConfigTree proposed) throws ConfigException {
        Map<String, String> named = new LinkedHashMap<>();
        for (String module : levels(proposed).keySet()) {
            if (module.length() > MAX_MODULE || !MODULE.matcher(module).matches()) {
                throw ConfigException.invalid(LogConfig.KIND + ", levels: \"" + module
                        + "\" is neither a module, such as isession, nor a logger, such as org.apache.sshd, nor all");
            }
            String other = named.put(ServiceFile.logger(module), module);
            if (other != null) {
                throw ConfigException.invalid(LogConfig.KIND + ", levels: " + other + " and " + module
                        + " name the same; delete one of them");
            }
        }
    }

    private static Map<String, ModuleLevel> levels(ConfigTree tree) {
        return tree.view(LogConfig.class, "").map(LogConfig::levels).orElse(Map.of());
    }

    void follow(ConfigTree tree) {
        levels = levels(tree);
        tree.view(LogConfig.class, "").ifPresent(config -> tree.view(LogRotate.class, "")
                .ifPresent(rotate -> write(ServiceFile.of(config, rotate).getBytes(StandardCharsets.US_ASCII))));
    }

    private void write(byte[] content) {
        String before = problem;
        try {
            // What is there already must not make the log service begin anew.
            if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), content)) {
                PrivateFiles.replace(file, content);
            }
            problem = "";
        } catch (IOException e) {
            problem =
                    "What is logged, and how, stays as it was: " + file + " cannot be written (" + e.getMessage() + ")";
            if (!problem.equals(before)) {
                LOG.error("{}", problem);
            }
        }
    }

    @Override
    public String kind() {
        return LogConfig.KIND;
    }

    @Override
    public String property() {
        return "levels";
    }

    @Override
    public String title() {
        return "module";
    }

    @Override
    public Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put(ALL, "The modules that are not named");
        values.putAll(modules.get());
        return values;
    }

    /** Which loggers there are, nobody knows. */
    @Override
    public boolean known(String value) {
        return value.contains(".") || values().containsKey(value);
    }

    @Override
    public List<Status> status() {
        List<Map<String, Object>> rows = new ArrayList<>();
        levels.forEach((module, level) -> {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("module", module);
            row.put("level", Kinds.typed(level.level()));
            row.put("here", known(module) ? "yes" : "no");
            rows.add(row);
        });
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("files", List.of(file("ferrule.log"), file("audit.log")));
        values.put("levels", rows);
        String why = problem;
        return List.of(new Status(
                "",
                why.isEmpty() ? Availability.AVAILABLE : Availability.OFFLINE,
                true,
                why.isEmpty() ? "Logs are written as configured" : why,
                values));
    }

    private Map<String, Object> file(String name) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("log", name);
        try {
            List<Path> files = logs.files(name);
            long bytes = 0;
            for (Path each : files) {
                bytes += Files.size(each);
            }
            row.put("files", files.size());
            row.put("kilobytes", (int) (bytes >> 10));
        } catch (IOException e) {
            // Its reader sees that it cannot be told; a file that was just rolled over is counted the next time.
            row.put("files", "unknown");
            row.put("kilobytes", "unknown");
        }
        return row;
    }
}
