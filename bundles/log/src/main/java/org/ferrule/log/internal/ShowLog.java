package org.ferrule.log.internal;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.ferrule.config.ConfigException;
import org.ferrule.shell.Account.Role;
import org.ferrule.shell.RunCommand;

/**
 * {@code show sys log}: the last events of a log, for those who have no access to files.
 *
 * @param files the logs
 */
record ShowLog(LogFiles files) implements RunCommand {
    private static final String LOG = "log";
    private static final String LINES = "lines";
    private static final String LEVEL = "level";
    private static final String MODULE = "module";
    private static final String TEXT = "text";
    private static final String SYSTEM = "system";
    private static final String AUDIT = "audit";
    private static final int USUAL = 100;
    private static final int MOST = 10_000;
    private static final Map<String, String> LEVELS =
            Map.of("error", "ERROR", "warning", "WARN", "informational", "INFO", "debug", "TRACE");

    @Override
    public String verb() {
        return "show";
    }

    @Override
    public String name() {
        return "sys log";
    }

    @Override
    public String help() {
        return "Shows the end of a log";
    }

    @Override
    public Role role() {
        return Role.OPERATOR;
    }

    @Override
    public Optional<Operand> operand() {
        return Optional.of(
                new Operand(LOG, "The log: system, or audit, which is for admins", true, () -> List.of(SYSTEM, AUDIT)));
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                new Parameter(LINES, "How many events, " + USUAL + " if nothing is said; at most " + MOST),
                new Parameter(LEVEL, "The least important ones: error, warning, informational, debug"),
                new Parameter(MODULE, "Only of that module, such as isession"),
                new Parameter(TEXT, "Only those with this text in them"));
    }

    @Override
    public void run(Invocation invocation) throws ConfigException {
        Map<String, String> arguments = invocation.arguments();
        String log = arguments.get(LOG);
        if (!List.of(SYSTEM, AUDIT).contains(log)) {
            throw new ConfigException("there is no log \"" + log + "\"; there are: " + SYSTEM + ", " + AUDIT);
        }
        if (log.equals(AUDIT) && !invocation.account().may(Role.ADMIN)) {
            throw new ConfigException("01070822:3: Access Denied: show sys log audit needs the role admin");
        }
        if (log.equals(AUDIT) && (arguments.containsKey(LEVEL) || arguments.containsKey(MODULE))) {
            throw new ConfigException("the audit log has neither levels nor modules; lines and text can be said");
        }
        try {
            files.last(log.equals(AUDIT) ? "audit.log" : "ferrule.log", lines(arguments), wanted(arguments))
                    .forEach(event -> event.text().lines().forEach(invocation.out()::println));
        } catch (IOException e) {
            throw new ConfigException("The log cannot be read: " + e, e);
        }
    }

    private static int lines(Map<String, String> arguments) throws ConfigException {
        String typed = arguments.getOrDefault(LINES, String.valueOf(USUAL));
        if (typed.matches("[1-9]\\d{0,4}") && Integer.parseInt(typed) <= MOST) {
            return Integer.parseInt(typed);
        }
        throw new ConfigException(LINES + " is a whole number from 1 to " + MOST + ", not \"" + typed + "\"");
    }

    private static Predicate<LogEvent> wanted(Map<String, String> arguments) throws ConfigException {
        Predicate<LogEvent> wanted = event -> true;
        String level = arguments.get(LEVEL);
        if (level != null) {
            String least = LEVELS.get(level);
            if (least == null) {
                throw new ConfigException(
                        LEVEL + " is one of: error, warning, informational, debug, not \"" + level + "\"");
            }
            wanted = wanted.and(event -> event.atLeast(least));
        }
        String module = arguments.get(MODULE);
        if (module != null) {
            wanted = wanted.and(event -> event.of(module));
        }
        String text = arguments.get(TEXT);
        return text == null ? wanted : wanted.and(event -> event.text().contains(text));
    }
}
