package org.ferrule.software.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeeperTest {
    @TempDir
    Path home;

    private final FakePlatform platform = new FakePlatform();
    private Ledger ledger;
    private Jobs jobs;
    private Keeper keeper;
    private long now;

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
        public void pause() {
            now++;
        }
    };

    @BeforeEach
    void begin() throws Exception {
        Store store = new Store(home);
        ledger = new Ledger(store);
        jobs = new Jobs(store, pace);
        keeper = new Keeper(ledger, jobs, platform, pace);
    }

    @AfterEach
    void end() {
        jobs.close();
    }

    private void falls(String named, OptionalLong id) {
        platform.fallen.add(new Platform.Fallen(named, "mvn:g/" + named, id, 60));
    }

    private void lookAt(long second) {
        now = second;
        keeper.lookNow();
    }

    @Test
    void whatStaysAwayComesBack() {
        falls("test.pool 1.0.0", OptionalLong.of(7));
        falls("test.zstd 1.0.0", OptionalLong.empty());
        lookAt(0);
        lookAt(Keeper.PATIENCE - 1);
        assertEquals(List.of(), platform.done);
        lookAt(Keeper.PATIENCE);
        assertEquals(List.of("raise test.pool 1.0.0", "raise test.zstd 1.0.0"), platform.done);
        assertEquals(List.of(), ledger.problems());
    }

    @Test
    void whatIsBackByItselfIsLeftAloneAndCountsAnewWhenItFallsAgain() {
        falls("test.pool 1.0.0", OptionalLong.of(7));
        lookAt(0);
        platform.fallen.clear();
        lookAt(2);
        falls("test.pool 1.0.0", OptionalLong.of(7));
        lookAt(4);
        assertEquals(List.of(), platform.done);
        lookAt(4 + Keeper.PATIENCE);
        assertEquals(List.of("raise test.pool 1.0.0"), platform.done);
    }

    @Test
    void whatDoesNotStartIsToldAndTriedLessAndLess() {
        falls("test.pool 1.0.0", OptionalLong.of(7));
        platform.failing = "raise test.pool 1.0.0";
        lookAt(0);
        lookAt(Keeper.PATIENCE);
        assertEquals(
                List.of("test.pool 1.0.0 should run and does not: raise test.pool 1.0.0 fails; it is tried again"),
                ledger.problems());
        platform.failing = "";
        lookAt(3 * Keeper.PATIENCE - 1);
        assertEquals(List.of(), platform.done);
        lookAt(3 * Keeper.PATIENCE);
        assertEquals(List.of("raise test.pool 1.0.0"), platform.done);
        lookAt(3 * Keeper.PATIENCE + 1);
        assertTrue(ledger.problems().isEmpty());
    }
}
