package org.ferrule.log.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ferrule.log.internal.LogConfig.Format;

/** What the log service reads: the file that is shipped in {@code etc}, with the settings put in. For one thread. */
final class ServiceFile {
    static final String NAME = "org.ops4j.pax.logging.cfg";

    private static final String ROLLING = "log4j2.appender.rolling.";
    private static final String AUDIT = "log4j2.appender.audit.";
    private static final Pattern LINE = Pattern.compile("(\\S+) = (.*)");
    private static final Pattern LOGGER = Pattern.compile("log4j2\\.logger\\.(\\S+)\\.name");

    /** Without a backslash: the file's reader would take it away. The code is that of messages that begin with one. */
    private static final String EVENT = """
            {"time":{"$resolver":"timestamp","pattern":{"format":"yyyy-MM-dd'T'HH:mm:ss.SSSXXX"}},
            "level":{"$resolver":"level","field":"name"},
            "module":{"$resolver":"pattern","pattern":"%replace{%c}{^org[.]ferrule[.](.+?)([.]internal)?[.][A-Z].*$}{$1}",
            "stackTraceEnabled":false},
            "logger":{"$resolver":"logger","field":"name"},
            "thread":{"$resolver":"thread","field":"name"},
            "code":{"$resolver":"pattern","pattern":"%replace{%m}{(?s)^(?:([0-9a-f]+):[0-7]: )?.*$}{$1}",
            "stackTraceEnabled":false},
            "message":{"$resolver":"message","stringified":true},
            "exception":{"$resolver":"exception","field":"stackTrace","stackTrace":{"stringified":true}}}
            """.replace("\n", "");

    private final List<String> lines;
    private int added;

    private ServiceFile(List<String> lines) {
        this.lines = new ArrayList<>(lines);
    }

    /** The file's content. */
    static String of(LogConfig config, LogRotate rotate) {
        ServiceFile file = new ServiceFile(shipped().lines().toList());
        file.rotate(ROLLING, rotate.maxFileSize(), rotate.commonBacklogs());
        file.rotate(AUDIT, rotate.maxFileSize(), rotate.auditBacklogs());
        if (config.format() == Format.JSON) {
            file.json(ROLLING);
            file.json(AUDIT);
        }
        config.levels().forEach((module, level) -> file.level(module, level.level()));
        return String.join("\n", file.lines) + "\n";
    }

    static String shipped() {
        try (InputStream in = ServiceFile.class.getResourceAsStream(NAME)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The logger of a module: {@code codec-zstd} logs as {@code org.ferrule.codec.zstd}. */
    static String logger(String module) {
        return module.contains(".") ? module : "org.ferrule." + module.replace('-', '.');
    }

    private void rotate(String appender, int kilobytes, int backlogs) {
        set(appender + "policies.size.size", kilobytes + "KB");
        set(appender + "strategy.max", String.valueOf(backlogs));
    }

    private void json(String appender) {
        set(appender + "layout.type", "JsonTemplateLayout");
        lines.set(at(appender + "layout.pattern"), appender + "layout.eventTemplate = " + EVENT);
    }

    private void level(String module, LogConfig.Level level) {
        if (module.equals(LogSettings.ALL)) {
            set("log4j2.rootLogger.level", level.logged());
            return;
        }
        String logger = logger(module);
        String shippedKey = keyOf(logger).orElse("");
        if (shippedKey.isEmpty()) {
            // A name that neither one that is shipped has, nor another of these.
            String key = "log4j2.logger.level" + ++added;
            lines.add(key + ".name = " + logger);
            lines.add(key + ".level = " + level.logged());
        } else {
            set(shippedKey + ".level", level.logged());
        }
    }

    private Optional<String> keyOf(String logger) {
        return lines.stream()
                .map(LINE::matcher)
                .filter(line -> line.matches() && line.group(2).equals(logger))
                .map(line -> LOGGER.matcher(line.group(1)))
                .filter(Matcher::matches)
                .map(key -> "log4j2.logger." + key.group(1))
                .findFirst();
    }

    private void set(String key, String value) {
        lines.set(at(key), key + " = " + value);
    }

    private int at(String key) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(key + " = ")) {
                return i;
            }
        }
        throw new IllegalStateException(NAME + " has no " + key);
    }
}
