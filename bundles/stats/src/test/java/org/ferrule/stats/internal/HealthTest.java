package org.ferrule.stats.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, HealthCheck> checks = new TreeMap<>();
    private final Health health = new Health(() -> checks, threads, Duration.ofMillis(200), () -> now());
    private Instant time = Instant.parse("2026-01-01T10:00:00Z");

    private Instant now() {
        return time;
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private Status shown() {
        return new HealthStatus(health).status().get(0);
    }

    @Test
    void aProblemIsKnownSinceItWasFirstFoundThoughItsWordsChange() {
        String[] full = {"91 % are used"};
        checks.put(
                "disk",
                () -> new Findings().critical("disk", full[0], "make room").result());
        health.look();
        time = time.plusSeconds(60);
        full[0] = "92 % are used";
        health.look();
        Status shown = shown();
        assertEquals(Availability.OFFLINE, shown.availability());
        assertEquals("One problem", shown.reason());
        Status problem = shown.parts().get(0).status();
        assertEquals("disk", problem.name());
        assertEquals("92 % are used", problem.reason());
        assertEquals(Map.of("since", "2026-01-01T10:00:00Z", "to-do", "make room"), problem.values());
        checks.clear();
        health.look();
        assertEquals("Nothing is wrong", shown().reason());
        assertEquals(List.of(), shown().parts());
    }

    @Test
    void whatServesNoMoreComesBeforeWhatMay() {
        checks.put("a", () -> new Findings().warn("cert", "soon", "renew").result());
        checks.put("b", () -> new Findings().critical("pool", "down", "look").result());
        health.look();
        assertEquals("One problem, and one warning", shown().reason());
        assertEquals("Problem", shown().parts().get(0).title());
        assertEquals("Warning", shown().parts().get(1).title());
    }

    /** Checks of others know nothing of our form. */
    @Test
    void aCheckOfSomebodyElseIsUnderstood() {
        checks.put("theirs", () -> new Result(Result.Status.CRITICAL, "the lights are out"));
        checks.put("well", () -> new Result(Result.Status.OK, "all is well"));
        health.look();
        assertEquals(1, shown().parts().size());
        Status problem = shown().parts().get(0).status();
        assertEquals("theirs", problem.name());
        assertEquals("the lights are out", problem.reason());
    }

    @Test
    void aCheckThatHangsOrFailsIsAProblemAndHidesNoOther() {
        CountDownLatch never = new CountDownLatch(1);
        checks.put("hangs", () -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new Findings().result();
        });
        checks.put("fails", () -> {
            throw new IllegalStateException("no such thing");
        });
        checks.put("works", () -> new Findings().warn("x", "y", "z").result());
        health.look();
        List<String> subjects = shown().parts().stream()
                .map(part -> part.status().name())
                .sorted()
                .toList();
        assertEquals(List.of("check fails", "check hangs", "x"), subjects);
        never.countDown();
        checks.remove("fails");
        checks.remove("works");
        Instant end = Instant.now().plusSeconds(30);
        while (!shown().parts().isEmpty() && Instant.now().isBefore(end)) {
            health.look();
        }
        assertTrue(shown().parts().isEmpty(), shown().parts().toString());
    }
}
