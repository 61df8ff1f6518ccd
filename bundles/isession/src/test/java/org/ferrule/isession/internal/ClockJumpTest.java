package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clocks that jump, since a machine slept or was moved, and timers that come late. */
class ClockJumpTest {
    private final Joined joined = new Joined(Joined.RUNS, Joined.RUNS).greet();

    private void assertAlive() {
        assertEquals(List.of(), joined.nearOwner.ended);
        assertEquals(List.of(), joined.farOwner.ended);
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 14, 16, 3600, 864_000})
    void aFibreWhosePeerAnswersLivesOn(long seconds) {
        Opened flow = joined.open();
        joined.loop.pass(Duration.ofSeconds(2));
        joined.loop.jump(Duration.ofSeconds(seconds));
        joined.loop.pass(Duration.ofSeconds(60));
        assertAlive();
        flow.write(Bytes.same(100, 'a'));
        joined.loop.run();
        assertEquals(100, joined.recorder(0).size());
        assertEquals(2, joined.loop.timers(), "each fibre has one, for its next ping");
    }

    @Test
    void timersThatAreAlwaysLateKillNobody() {
        for (int i = 0; i < 100; i++) {
            joined.loop.jump(Duration.ofSeconds(20));
            joined.loop.pass(Duration.ZERO);
        }
        assertAlive();
    }

    @Test
    void afterAJumpASilentPeerIsStillFoundOut() {
        joined.loop.jump(Duration.ofHours(1));
        joined.nearStream.cut();
        joined.farStream.cut();
        joined.loop.pass(Duration.ofSeconds(14));
        assertAlive();
        joined.loop.pass(Duration.ofSeconds(10));
        assertEquals(List.of("nothing was heard of the peer for 15 s"), joined.nearOwner.ended);
        assertEquals(List.of("nothing was heard of the peer for 15 s"), joined.farOwner.ended);
        assertEquals(0, joined.loop.timers());
    }

    @Test
    void nothingAsksForTheTimeOfDay() throws IOException {
        try (var files = Files.walk(Path.of("src/main/java"))) {
            List<Path> sources =
                    files.filter(f -> f.toString().endsWith(".java")).toList();
            assertTrue(sources.size() > 30);
            for (Path source : sources) {
                String text = Files.readString(source);
                for (String clock :
                        List.of("currentTimeMillis", "Instant.now", "System.nanoTime", "new Date", "Clock.")) {
                    assertFalse(
                            text.contains(clock), source + " uses " + clock + "; the loop's nanoTime is what counts");
                }
            }
        }
    }
}
