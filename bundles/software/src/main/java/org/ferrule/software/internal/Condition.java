package org.ferrule.software.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.ResultLog;
import org.ferrule.shell.Status;
import org.ferrule.shell.StatusProvider;

/**
 * What does not serve in the appliance as a whole: by the checks of health that {@code show sys health} makes, and by the
 * word of virtual servers and pools themselves, for the case that these checks are what is replaced.
 *
 * @param checks the checks that there are, by name
 * @param statuses who tells about objects, the version that does the work for each kind
 * @param threads where they are asked: one that hangs is a problem and stops nobody
 * @param limitMillis how long each may take
 */
record Condition(
        Supplier<Map<String, HealthCheck>> checks,
        Supplier<Collection<StatusProvider>> statuses,
        ExecutorService threads,
        long limitMillis) {
    private static final Set<String> SERVING = Set.of("ltm virtual", "ltm pool");
    /** By convention (decision 15) a problem is "subject: what is wrong". */
    private static final String SEPARATOR = ": ";

    /** What is wrong, by what it is wrong with. Takes as long as the checks do. */
    Map<String, String> problems() throws InterruptedException {
        Map<String, String> problems = new TreeMap<>();
        for (Map.Entry<String, HealthCheck> check : checks.get().entrySet()) {
            Callable<Map<String, String>> asked =
                    () -> critical(check.getKey(), check.getValue().execute());
            problems.putAll(ask("check " + check.getKey(), asked));
        }
        for (StatusProvider provider : statuses.get()) {
            problems.putAll(ask("status of " + provider.kind(), () -> offline(provider)));
        }
        return problems;
    }

    private Map<String, String> ask(String whom, Callable<Map<String, String>> question) throws InterruptedException {
        Future<Map<String, String>> answer = threads.submit(question);
        try {
            return answer.get(limitMillis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            return Map.of(whom, "it has not answered within " + limitMillis / 1000 + " seconds");
        } catch (ExecutionException e) {
            return Map.of(whom, "it failed: " + e.getCause());
        }
    }

    private static Map<String, String> critical(String check, Result result) {
        Map<String, String> problems = new TreeMap<>();
        for (ResultLog.Entry entry : result) {
            if (entry.getStatus().ordinal() >= Result.Status.CRITICAL.ordinal()) {
                String message = String.valueOf(entry.getMessage());
                int end = message.indexOf(SEPARATOR);
                problems.put(
                        end < 0 ? check : message.substring(0, end),
                        end < 0 ? message : message.substring(end + SEPARATOR.length()));
            }
        }
        return problems;
    }

    private static Map<String, String> offline(StatusProvider provider) {
        Map<String, String> problems = new TreeMap<>();
        if (SERVING.contains(provider.kind())) {
            for (Status status : provider.status()) {
                if (status.enabled() && status.availability() == Status.Availability.OFFLINE) {
                    problems.put(provider.kind() + " " + status.name(), status.reason());
                }
            }
        }
        return problems;
    }

    /** What is wrong now and was not before, as sentences for people. */
    static List<String> worse(Map<String, String> before, Map<String, String> now) {
        List<String> worse = new ArrayList<>();
        now.forEach((subject, what) -> {
            if (!before.containsKey(subject)) {
                worse.add(subject + SEPARATOR + what);
            }
        });
        return worse;
    }
}
