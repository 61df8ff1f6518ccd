package org.ferrule.software.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.ResultLog;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConditionTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, HealthCheck> checks = new TreeMap<>();
    private final List<StatusProvider> statuses = new ArrayList<>();
    private final Condition condition = new Condition(() -> checks, () -> statuses, threads, 1000);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private record Shown(String kind, List<Status> status) implements StatusProvider {}

    private static Status status(String name, Availability availability, boolean enabled) {
        return new Status(name, availability, enabled, "why", Map.of());
    }

    private static ResultLog.Entry entry(Result.Status status, String message) {
        return new ResultLog.Entry(status, message);
    }

    @Test
    void whatDoesNotServeIsFoundAndWhatMayNotSoonIsNot() throws Exception {
        ResultLog log = new ResultLog();
        log.add(entry(Result.Status.CRITICAL, "disk: 99 % are used"));
        log.add(entry(Result.Status.OK, "Make room"));
        log.add(entry(Result.Status.WARN, "certificate: it expires soon"));
        checks.put("machine", () -> new Result(log));
        checks.put("theirs", () -> new Result(Result.Status.CRITICAL, "the lights are out"));
        statuses.add(new Shown(
                "ltm virtual",
                List.of(
                        status("/Common/a", Availability.OFFLINE, true),
                        status("/Common/b", Availability.OFFLINE, false),
                        status("/Common/c", Availability.UNKNOWN, true))));
        statuses.add(new Shown("ltm node", List.of(status("/Common/n", Availability.OFFLINE, true))));
        assertEquals(
                Map.of("disk", "99 % are used", "theirs", "the lights are out", "ltm virtual /Common/a", "why"),
                condition.problems());
    }

    @Test
    void whoHangsOrFailsIsAProblemAndHidesNobody() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        checks.put("a", () -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new Result(Result.Status.OK, "");
        });
        checks.put("b", () -> {
            throw new IllegalStateException("no");
        });
        statuses.add(new Shown("ltm pool", List.of(status("/Common/p", Availability.OFFLINE, true))));
        assertEquals(
                Map.of(
                        "check a",
                        "it has not answered within 1 seconds",
                        "check b",
                        "it failed: java.lang.IllegalStateException: no",
                        "ltm pool /Common/p",
                        "why"),
                condition.problems());
    }

    @Test
    void onlyWhatWasWellBeforeCounts() {
        assertEquals(List.of("b: new"), Condition.worse(Map.of("a", "was", "c", "was"), Map.of("a", "is", "b", "new")));
    }
}
