package org.ferrule.software.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start finds after each moment at which the appliance may have stopped. */
class RestorerTest {
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
    private Store store;
    private Ledger ledger;
    private Jobs jobs;
    private Manifest.Wanted wanted;

    @BeforeEach
    void keepAnImage() throws Exception {
        store = new Store(home);
        Path kar = Kars.signed(Kars.files("pool", "1.1.0"), Kars.RELEASE, home.resolve("a.kar"));
        String digest = Digests.of(kar);
        String bundle = Digests.of(Kars.files("pool", "1.1.0").get(Kars.entry("pool", "1.1.0")));
        store.keep(kar, digest);
        wanted = new Manifest.Wanted(
                "test.pool",
                "1.1.0",
                bundle,
                digest,
                Kars.entry("pool", "1.1.0"),
                60,
                "1.0.0",
                "feature:test.pool 1.0.0");
        store.write(Manifest.EMPTY
                .withImage(new Manifest.Image("a", "7", digest, "release", 1, ""))
                .withWanted(List.of(wanted)));
        ledger = new Ledger(store);
        jobs = new Jobs(store, PACE);
    }

    @AfterEach
    void end() {
        jobs.close();
    }

    private void restore() throws InterruptedException {
        new Restorer(ledger, jobs, platform, PACE, () -> Software.INITIAL).restore();
        settle();
    }

    private void settle() throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        jobs.later(over::countDown);
        assertTrue(over.await(30, TimeUnit.SECONDS));
    }

    @Test
    void aWarmStartHasNothingToDo() throws Exception {
        platform.add("test.pool", "1.1.0", 60, wanted.location(), false);
        restore();
        assertEquals(List.of(), platform.done);
        assertEquals(List.of(), jobs.all());
    }

    @Test
    void aClearedCacheIsFilledAgain() throws Exception {
        platform.module("test.pool", "1.0.0");
        restore();
        assertEquals(List.of("test.pool 1.1.0"), platform.running());
        assertEquals(List.of(), ledger.problems());
    }

    @Test
    void oneThatStoppedWhileItDrainedIsFinished() throws Exception {
        platform.module("test.pool", "1.0.0");
        platform.add("test.pool", "1.1.0", 60, wanted.location(), false);
        restore();
        assertEquals(List.of("test.pool 1.1.0"), platform.running());
        assertEquals("remove test.pool 1.0.0", platform.done.get(platform.done.size() - 1));
    }

    @Test
    void oneThatStoppedBeforeItCountedIsPutBack() throws Exception {
        store.write(Manifest.EMPTY);
        ledger = new Ledger(store);
        platform.module("test.pool", "1.0.0");
        platform.add("test.pool", "1.1.0", 60, wanted.location(), false);
        platform.add("test.other", "1.1.0", 60, Planner.TRIAL + "x", false);
        restore();
        assertEquals(List.of("test.pool 1.0.0"), platform.running());
    }

    @Test
    void aDamagedImageLeavesWhatTheDistributionHas() throws Exception {
        Path kar = store.image(wanted.image());
        byte[] content = Files.readAllBytes(kar);
        content[content.length / 2] ^= 1;
        Files.write(kar, content);
        platform.module("test.pool", "1.0.0");
        restore();
        assertEquals(List.of("test.pool 1.0.0"), platform.running());
        assertEquals(1, ledger.problems().size());
        assertTrue(ledger.problems().get(0).startsWith("The image a cannot be used: it is damaged"));
        Files.delete(kar);
        restore();
        assertEquals(List.of("test.pool 1.0.0"), platform.running());
    }

    @Test
    void aDamagedImageThatIsInstalledAgainIsNoProblemAnyMore() throws Exception {
        Path kar = store.image(wanted.image());
        byte[] whole = Files.readAllBytes(kar);
        Files.write(kar, Arrays.copyOf(whole, whole.length / 2));
        platform.module("test.pool", "1.0.0");
        restore();
        assertEquals(1, ledger.problems().size());
        Installer installer = new Installer(
                ledger, jobs, platform, new Planner(platform), PACE, () -> Software.INITIAL, () -> Kars.TRUSTED);
        installer.install(new Installer.Order("a", whole, "admin", false, false), new PrintWriter(Writer.nullWriter()));
        settle();
        assertEquals(List.of("test.pool 1.1.0"), platform.running());
        assertEquals(List.of(), ledger.problems());
    }

    @Test
    void aNewerDistributionIsNotTakenBack() throws Exception {
        platform.module("test.pool", "2.0.0");
        restore();
        assertEquals(List.of("test.pool 2.0.0"), platform.running());
        assertTrue(
                ledger.problems().get(0).contains("newer than 1.1.0"),
                ledger.problems().toString());
    }

    @Test
    void aDowngradeIsKeptUp() throws IOException, InterruptedException {
        Manifest.Wanted down = new Manifest.Wanted(
                wanted.symbolicName(),
                "1.1.0",
                wanted.sha256(),
                wanted.image(),
                wanted.entry(),
                60,
                "2.0.0",
                "feature:test.pool 2.0.0");
        ledger.change(now -> now.withWanted(List.of(down)));
        platform.module("test.pool", "2.0.0");
        restore();
        assertEquals(List.of("test.pool 1.1.0"), platform.running());
    }
}
