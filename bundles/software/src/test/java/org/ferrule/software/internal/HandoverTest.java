package org.ferrule.software.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How this module gives its work to a newer version of itself. */
class HandoverTest {
    private static final String NAME = "test.software";

    @TempDir
    Path home;

    private final FakePlatform platform = new FakePlatform();
    private final List<String> duty = new ArrayList<>();
    private Ledger ledger;
    private Jobs jobs;
    private Handover handover;
    private Platform.Installed successor;
    private long now;
    private Runnable atPause = () -> {};

    private final Pace pace = new Pace() {
        @Override
        public long seconds() {
            return now;
        }

        @Override
        public Instant now() {
            return Kars.NOW;
        }

        @Override
        public void pause() throws InterruptedException {
            now++;
            atPause.run();
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    };

    @BeforeEach
    void begin() throws Exception {
        ledger = new Ledger(new Store(home));
        jobs = new Jobs(ledger.store(), pace);
        platform.self = platform.module(NAME, "1.0.0");
        successor = platform.add(NAME, "2.0.0", 60, Manifest.LOCATION + "abc/" + NAME, false);
        ledger.change(then -> then.withWanted(List.of(wanted())));
        handover = new Handover(ledger, jobs, platform, pace, () -> Software.INITIAL, new Handover.Duty() {
            @Override
            public void begin() {
                duty.add("begin");
            }

            @Override
            public void end() {
                duty.add("end");
            }
        });
    }

    @AfterEach
    void end() {
        jobs.close();
    }

    private static Manifest.Wanted wanted() {
        return new Manifest.Wanted(NAME, "2.0.0", "abc", "image", "x.jar", 60, "1.0.0", "feature:software 1.0.0");
    }

    private void settle() throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        jobs.later(over::countDown);
        assertTrue(over.await(30, TimeUnit.SECONDS));
    }

    /** As the successor writes it. */
    private void write(Job job) {
        try {
            ledger.store().writeJobs(new Gson().toJson(new Job[] {job}).getBytes(StandardCharsets.UTF_8));
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whoIsRemovedByItsSuccessorDoesNothingMore() {
        atPause = () -> {
            if (now == 3) {
                Thread.currentThread().interrupt();
            }
        };
        handover.to(successor.id(), Optional.empty());
        assertTrue(Thread.interrupted());
        assertEquals(List.of("end"), duty);
        assertEquals(List.of(), platform.done);
        assertTrue(ledger.manifest().wanted(NAME).isPresent());
    }

    @Test
    void aSuccessorThatDoesNothingIsTakenAwayAtTheLimit() throws Exception {
        handover.to(successor.id(), Optional.empty());
        settle();
        assertEquals(66, now);
        assertEquals(List.of("end", "begin"), duty);
        assertEquals(List.of(NAME + " 1.0.0"), platform.running());
        assertEquals(List.of(), ledger.manifest().wanted());
        assertEquals(Job.State.FAILED, jobs.all().get(0).state());
        assertEquals(
                "it did not take over within 66 seconds; the version before goes on",
                jobs.all().get(0).reason());
    }

    @Test
    void aSuccessorThatFailsIsTakenAwayAndTheImageBeforeCountsAgain() throws Exception {
        Manifest.Wanted mine = new Manifest.Wanted(NAME, "1.0.0", "old", "image", "y.jar", 60, "0.9", "feature:s 0.9");
        Job job = Job.begun(1, "restore", "", Kars.NOW);
        write(job);
        atPause = () -> {
            if (now == 100) {
                write(job.over(Job.State.FAILED, "it cannot", Kars.NOW));
            }
        };
        handover.to(successor.id(), Optional.of(mine));
        settle();
        assertEquals(100, now);
        assertEquals(List.of(NAME + " 1.0.0"), platform.running());
        assertEquals(List.of(mine), ledger.manifest().wanted());
        assertEquals("it cannot; the version before goes on", jobs.all().get(0).reason());
        assertEquals(2, jobs.all().get(0).number());
    }

    @Test
    void oneOfTwoVersionsWorks() {
        Platform.Installed self = platform.self;
        assertFalse(Handover.chosen(ledger.manifest(), self, platform.bundles()));
        Platform.Installed named =
                new Platform.Installed(9, NAME, successor.version(), true, 60, wanted().location(), false);
        assertTrue(Handover.chosen(ledger.manifest(), named, platform.bundles()));
        assertTrue(Handover.chosen(Manifest.EMPTY, self, platform.bundles()));
        assertFalse(Handover.chosen(Manifest.EMPTY, named, platform.bundles()));
        // Alone, as after the cache was cleared.
        assertTrue(Handover.chosen(ledger.manifest(), self, List.of(self)));
    }
}
