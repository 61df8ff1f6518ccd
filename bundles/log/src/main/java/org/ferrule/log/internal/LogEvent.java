package org.ferrule.log.internal;

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
    private static final Pattern SYSTEM =
            Pattern.compile("\\S+ (ERROR|WARN|INFO|DEBUG|TRACE|FATAL) +\\[.*?] (\\S+) .*", Pattern.DOTALL);
    private static final List<String> LEVELS = List.of("FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE");

    /**
     * The events of a text.
     *
     * @param cut whether it begins in the midst of an event, which is left out then
     */
    static List<LogEvent> read(String text, boolean cut) {
        List<LogEvent> events = new ArrayList<>();
        StringBuilder event = new StringBuilder();
        boolean begun = !cut;
        for (String line : text.lines().toList()) {
            if (BEGIN.matcher(line).matches()) {
                add(event, begun, events);
                event.setLength(0);
                begun = true;
            }
            event.append(event.isEmpty() ? "" : "\n").append(line);
        }
        add(event, begun, events);
        return events;
    }

    private static void add(StringBuilder event, boolean begun, List<LogEvent> into) {
        if (begun && !event.isEmpty()) {
            Matcher matcher = SYSTEM.matcher(event);
            boolean system = matcher.matches();
            into.add(new LogEvent(system ? matcher.group(1) : "", system ? matcher.group(2) : "", event.toString()));
        }
    }

    /** Whether it is as important as that level, or more. */
    boolean atLeast(String least) {
        int own = LEVELS.indexOf(level);
        return own >= 0 && own <= LEVELS.indexOf(least);
    }

    /** Whether it is of a module: {@code isession}, or a part of a logger's name. */
    boolean of(String module) {
        return ("." + logger + ".").contains("." + module + ".");
    }
}
