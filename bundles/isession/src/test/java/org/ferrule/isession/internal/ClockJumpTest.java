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

    /** It may sleep in any part of the limit, and what the peer said meanwhile is read after that. */
    @ParameterizedTest
    @ValueSource(ints = {0, 500, 5_000, 9_000, 9_999})
    void aHostThatSleptStillTakesTheGreeting(int millis) {
        HandPeer peer = new HandPeer(Joined.RUNS);
        peer.send(Frames::preface);
        peer.loop.pass(Duration.ofMillis(millis));
        peer.loop.jump(Duration.ofHours(1));
        peer.loop.pass(Duration.ZERO);
        assertFalse(peer.fibre.ended());
        peer.pairs(FrameType.CAPS, 0, 1, Joined.RUNS.pairs());
        peer.loop.pass(Duration.ofSeconds(12));
        assertEquals(1, peer.owner.readies);
        assertFalse(peer.fibre.ended());
    }

    @Test
    void aPeerThatDoesNotGreetIsLeftAfterTenSecondsThatThisEndWasAwake() {
        HandPeer peer = new HandPeer(Joined.RUNS);
        peer.loop.pass(Duration.ofSeconds(6));
        peer.loop.jump(Duration.ofHours(1));
        // The step of a second in which it slept begins anew.
        peer.loop.pass(Duration.ZERO);
        peer.endsAfter(Duration.ofSeconds(4), "the peer did not greet within 10 s");
        peer.loop.pass(Duration.ofSeconds(2));
        assertEquals(0, peer.loop.timers());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 500, 2_500, 4_500, 4_999})
    void aHostThatSleptStillTakesTheAcknowledgement(int millis) {
        HandPeer peer = withdrawing();
        peer.loop.pass(Duration.ofMillis(millis));
        peer.loop.jump(Duration.ofMinutes(10));
        peer.loop.pass(Duration.ZERO);
        assertFalse(peer.fibre.ended());
        peer.send(to -> Frames.generation(to, 2));
        peer.loop.pass(Duration.ofSeconds(12));
        assertFalse(peer.fibre.ended());
    }

    @Test
    void aPeerThatDoesNotAcknowledgeIsLeftAfterFiveSecondsThatThisEndWasAwake() {
        HandPeer peer = withdrawing();
        peer.loop.pass(Duration.ofSeconds(2));
        peer.loop.jump(Duration.ofMinutes(10));
        peer.loop.pass(Duration.ZERO);
        peer.endsAfter(Duration.ofSeconds(3), "the peer did not acknowledge within 5 s that a codec was withdrawn");
    }

    private static HandPeer withdrawing() {
        HandPeer peer = HandPeer.greeted();
        peer.send(to -> Frames.generation(to, 1));
        peer.owner.codecs.remove("runs");
        peer.fibre.options(Joined.RUNS);
        return peer;
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
