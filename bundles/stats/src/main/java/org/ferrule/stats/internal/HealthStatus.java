package org.ferrule.stats.internal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;

/** Tells {@code show sys health} what is wrong, since when, and what to do: one part a problem. */
record HealthStatus(Health health) implements StatusProvider {
    @Override
    public String kind() {
        return HealthSettings.KIND;
    }

    @Override
    public List<Status> status() {
        Health.Report report = health.report();
        if (report.at().equals(Instant.EPOCH)) {
            return List.of(new Status("", Availability.UNKNOWN, true, "Nobody has looked yet", Map.of()));
        }
        int critical =
                (int) report.problems().stream().filter(Problem::critical).count();
        int warnings = report.problems().size() - critical;
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("critical-problems", critical);
        values.put("warnings", warnings);
        values.put("checks", report.checks());
        values.put("looked-at", moment(report.at()));
        return List.of(new Status(
                "",
                critical > 0 ? Availability.OFFLINE : Availability.AVAILABLE,
                true,
                reason(critical, warnings),
                values,
                report.problems().stream().map(HealthStatus::part).toList()));
    }

    private static String reason(int critical, int warnings) {
        String warned = warnings == 1 ? "one warning" : warnings + " warnings";
        if (critical == 0) {
            return warnings == 0 ? "Nothing is wrong" : "All serves, with " + warned;
        }
        return (critical == 1 ? "One problem" : critical + " problems") + (warnings == 0 ? "" : ", and " + warned);
    }

    private static Status.Part part(Problem problem) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("since", moment(problem.since()));
        values.put("to-do", problem.toDo());
        return new Status.Part(
                problem.critical() ? "Problem" : "Warning",
                new Status(
                        problem.subject(),
                        problem.critical() ? Availability.OFFLINE : Availability.UNKNOWN,
                        true,
                        problem.what(),
                        values));
    }

    private static String moment(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
