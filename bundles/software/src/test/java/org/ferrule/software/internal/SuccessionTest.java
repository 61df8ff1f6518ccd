package org.ferrule.software.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes and goes with Karaf's own commands. */
class SuccessionTest {
    private static final Pace PACE = new Pace() {
        private final AtomicLong pauses = new AtomicLong();

        @Override
        public long seconds() {
            return pauses.get();
        }

        @Override
        public Instant now() {
            return Kars.NOW;
        }

        @Override
        public void pause() {
            pauses.incrementAndGet();
        }
    };

    @TempDir
    Path home;

    private final FakePlatform platform = new FakePlatform();
    private Ledger ledger;
    private Jobs jobs;
    private Succession succession;

    @BeforeEach
    void begin() throws Exception {
        ledger = new Ledger(new Store(home));
        jobs = new Jobs(ledger.store(), PACE);
        succession = new Succession(ledger, jobs, platform, PACE, () -> Software.INITIAL);
        platform.module("test.pool", "1.0.0");
    }

    @AfterEach
    void end() {
        jobs.close();
    }

    private void look() throws InterruptedException {
        succession.look();
        settle();
    }

    private void settle() throws InterruptedException {
        // The look may begin a job, which comes after.
        for (int i = 0; i < 2; i++) {
            CountDownLatch over = new CountDownLatch(1);
            jobs.later(over::countDown);
            assertTrue(over.await(30, TimeUnit.SECONDS));
        }
    }

    private void clearCache() throws InterruptedException {
        platform.bundles.clear();
        platform.module("test.pool", "1.0.0");
        new Restorer(ledger, jobs, platform, PACE, () -> Software.INITIAL).restore();
        settle();
    }

    @Test
    void whatAFeatureBroughtComesAgainAfterTheCacheWasCleared() throws Exception {
        platform.module("test.pool", "1.1.0");
        look();
        assertEquals(List.of("test.pool 1.1.0"), platform.running());
        Manifest.Wanted wanted = ledger.manifest().wanted("test.pool").orElseThrow();
        assertEquals("1.1.0", wanted.version());
        assertEquals("1.0.0", wanted.replacedVersion());
        assertEquals("feature:test.pool 1.0.0", wanted.requirement());
        Manifest.Image image = ledger.manifest().images().get(0);
        assertEquals("feature-test.pool-1.1.0", image.name());
        assertEquals("unsigned, by feature:install", image.signer());
        // A start that finds all as it was has nothing to do.
        new Restorer(ledger, jobs, platform, PACE, () -> Software.INITIAL).restore();
        settle();
        assertEquals(1, jobs.all().size());
        clearCache();
        assertEquals(List.of("test.pool 1.1.0"), platform.running());
        assertEquals(List.of(), ledger.problems());
    }

    @Test
    void theDistributionsVersionIsKnownThroughAllThatCameAfter() throws Exception {
        platform.module("test.pool", "1.1.0");
        look();
        platform.module("test.pool", "1.2.0");
        look();
        assertEquals(List.of("test.pool 1.2.0"), platform.running());
        assertEquals(1, ledger.manifest().wanted().size());
        Manifest.Wanted wanted = ledger.manifest().wanted("test.pool").orElseThrow();
        assertEquals("1.0.0", wanted.replacedVersion());
        assertEquals("feature:test.pool 1.0.0", wanted.requirement());
        Installer installer = new Installer(
                ledger, jobs, platform, new Planner(platform), PACE, () -> Software.INITIAL, () -> TrustedSigners.NONE);
        installer.installDistribution("admin", false, true, new PrintWriter(System.out, true));
        settle();
        assertEquals(List.of("test.pool 1.0.0"), platform.running());
        assertEquals(List.of(), ledger.manifest().wanted());
    }

    @Test
    void whatItReplacedComesBackWhenTheFeatureIsUninstalled() throws Exception {
        Platform.Installed heir = platform.module("test.pool", "1.1.0");
        look();
        platform.bundles.remove(heir.id());
        look();
        assertEquals(List.of("test.pool 1.0.0"), platform.running());
        assertEquals(List.of(), ledger.manifest().wanted());
        clearCache();
        assertEquals(List.of("test.pool 1.0.0"), platform.running());
    }

    @Test
    void whatCannotBeKeptRunsAndIsTold() throws Exception {
        platform.module("test.pool", "1.1.0");
        platform.failing = "read test.pool 1.1.0";
        look();
        assertEquals(List.of("test.pool 1.1.0"), platform.running());
        assertEquals(List.of(), ledger.manifest().wanted());
        assertTrue(
                ledger.problems().get(0).contains("does not come again"),
                ledger.problems().toString());
        try (var images = Files.list(home.resolve("software/images"))) {
            assertEquals(0, images.count());
        }
    }
}
