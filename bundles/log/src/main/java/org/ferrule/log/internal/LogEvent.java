package org.ferrule.log.internal;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One event of a log file.
 *
 * @param level as it is written: {@code INFO}; empty in the audit log, which has none
 * @param logger who logged it; empty in the audit log
 * @param text all of its lines
 */
record LogEvent(String level, String logger, String text) {
    private static final Pattern BEGIN = Pattern.compile("(?:\\d{4}-\\d\\d-\\d\\dT\\S+ |\\{).*", Pattern.DOTALL);
    /** Enough for a time and the blank after it. */
    private static final int BEGINNING = 40;

    private static final Pattern SYSTEM =
            Pattern.compile("\\S+ (ERROR|WARN|INFO|DEBUG|TRACE|FATAL) +\\[.*?] (\\S+) .*", Pattern.DOTALL);
    private static final List<String> LEVELS = List.of("FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE");

    /** Where the first event begins that is whole, in a piece of a file; the piece's length if none does. */
    static int begin(byte[] piece) {
        for (int i = 1; i < piece.length; i++) {
            if (piece[i - 1] == '\n' && (piece[i] == '{' || Character.isDigit(piece[i]))) {
                int length = Math.min(BEGINNING, piece.length - i);
                if (BEGIN.matcher(new String(piece, i, length, StandardCharsets.ISO_8859_1))
                        .matches()) {
                    return i;
                }
            }
        }
        return piece.length;
    }

    /** The events of a text, which begins with one. */
    static List<LogEvent> read(String text) {
        List<LogEvent> events = new ArrayList<>();
        StringBuilder event = new StringBuilder();
        for (String line : text.lines().toList()) {
            if (BEGIN.matcher(line).matches()) {
                add(event, events);
                event.setLength(0);
            }
            event.append(event.isEmpty() ? "" : "\n").append(line);
        }
        add(event, events);
        return events;
    }

    private static void add(StringBuilder event, List<LogEvent> into) {
        if (!event.isEmpty()) {
            into.add(event.charAt(0) == '{' ? json(event.toString()) : plain(event.toString()));
        }
    }

    private static LogEvent plain(String event) {
        Matcher matcher = SYSTEM.matcher(event);
        boolean system = matcher.matches();
        return new LogEvent(system ? matcher.group(1) : "", system ? matcher.group(2) : "", event);
    }

    /**
     * As {@link ServiceFile} has it; one that a crash cut short has neither level nor logger. What follows on its line was
     * written by Karaf before the log service was there.
     */
    private static LogEvent json(String event) {
        try {
            String line = event.lines().findFirst().orElseThrow();
            JsonObject object = JsonParser.parseString(line).getAsJsonObject();
            return new LogEvent(text(object, "level"), text(object, "logger"), event);
        } catch (JsonParseException | IllegalStateException e) {
            return new LogEvent("", "", event);
        }
    }

    private static String text(JsonObject object, String name) {
        JsonElement value = object.get(name);
        return value != null && value.isJsonPrimitive() ? value.getAsString() : "";
    }

    /** Whether it is as important as that level, or more. */
    boolean atLeast(String least) {
        int own = LEVELS.indexOf(level);
        return own >= 0 && own <= LEVELS.indexOf(least);
    }

    /** Whether it is of a module: {@code isession}, {@code codec-zstd}, or a part of a logger's name. */
    boolean of(String module) {
        return ("." + logger + ".").contains("." + module.replace('-', '.') + ".");
    }
}
