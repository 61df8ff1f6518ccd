package org.ferrule.stats.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the checks, and remembers since when what is wrong. A check that hangs costs a thread and is a problem itself; the
 * others go on. One thread at a time looks; any thread reads what was found.
 */
final class Health {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);

    private final Supplier<Map<String, HealthCheck>> checks;
    private final ExecutorService threads;
    private final Duration limit;
    private final Supplier<Instant> clock;
    private final Map<String, Future<Result>> running = new HashMap<>();
    private volatile Report report = new Report(Instant.EPOCH, 0, List.of());

    /**
     * What was found.
     *
     * @param at when
     * @param checks how many checks there were
     * @param problems critical ones first, then the oldest
     */
    record Report(Instant at, int checks, List<Problem> problems) {}

    /**
     * @param checks the checks that there are, by name
     * @param limit how long one may take
     */
    Health(
            Supplier<Map<String, HealthCheck>> checks,
            ExecutorService threads,
            Duration limit,
            Supplier<Instant> clock) {
        this.checks = checks;
        this.threads = threads;
        this.limit = limit;
        this.clock = clock;
    }

    /** What was found last. */
    Report report() {
        return report;
    }

    /** Runs every check once. */
    synchronized void look() {
        Map<String, Problem> before = new HashMap<>();
        report.problems().forEach(problem -> before.put(problem.key(), problem));
        Map<String, Problem> now = new LinkedHashMap<>();
        Map<String, HealthCheck> all = checks.get();
        running.keySet().retainAll(all.keySet());
        all.forEach((name, check) -> {
            for (Problem problem : run(name, check)) {
                Problem known = before.get(problem.key());
                now.putIfAbsent(problem.key(), known == null ? problem : problem.since(known.since()));
            }
        });
        if (Thread.currentThread().isInterrupted()) {
            // The module is being stopped: what was not looked at is not all right for that.
            return;
        }
        List<Problem> problems = new ArrayList<>(now.values());
        problems.sort(Comparator.comparing((Problem problem) -> !problem.critical())
                .thenComparing((Problem problem) -> problem.since()));
        tell(before, now);
        report = new Report(clock.get(), all.size(), List.copyOf(problems));
    }

    private List<Problem> run(String name, HealthCheck check) {
        Future<Result> result = running.get(name);
        if (result == null) {
            Callable<Result> task = check::execute;
            result = threads.submit(task);
        }
        try {
            Result found = result.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            running.remove(name);
            return Problem.in(name, found, clock.get());
        } catch (TimeoutException e) {
            running.put(name, result);
            return failed(name, "it has not answered within " + limit.toSeconds() + " seconds");
        } catch (ExecutionException e) {
            running.remove(name);
            return failed(name, "it failed: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private List<Problem> failed(String name, String what) {
        Result result = new Findings()
                .warn("check " + name, what, "Look into log/ferrule.log; restart the module that it belongs to")
                .result();
        return Problem.in(name, result, clock.get());
    }

    private void tell(Map<String, Problem> before, Map<String, Problem> now) {
        now.forEach((key, problem) -> {
            if (!before.containsKey(key)) {
                LOG.warn("Health: {}: {}", problem.subject(), problem.what());
            }
        });
        before.forEach((key, problem) -> {
            if (!now.containsKey(key)) {
                Duration lasted = Duration.between(problem.since(), clock.get());
                LOG.info(
                        "Health: {}: all right again, after {} s: {}",
                        problem.subject(),
                        lasted.toSeconds(),
                        problem.what());
            }
        });
    }
}
