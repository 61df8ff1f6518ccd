package org.ferrule.software.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpgradeTest {
    private static final Software SETTINGS = new Software(300, 60, 3, Software.UnsignedPolicy.FLAG);

    private final FakePlatform platform = new FakePlatform();
    private final List<String> steps = new ArrayList<>();
    private final List<String> written = new ArrayList<>();
    private Platform.Installed pool;
    private Platform.Installed zstd;
    private long now;
    private Runnable atPause = () -> {};
    private boolean cancelled;
    private boolean settled;

    private final Pace pace = new Pace() {
        @Override
        public long seconds() {
            return now;
        }

        @Override
        public Instant now() {
            return Kars.NOW.plusSeconds(now);
        }

        @Override
        public void pause() {
            now++;
            atPause.run();
        }
    };

    private final Upgrade.Progress progress = new Upgrade.Progress() {
        @Override
        public void step(String step, String bundle) {
            steps.add(step);
        }

        @Override
        public boolean cancelled() {
            return cancelled;
        }

        @Override
        public boolean settle() {
            settled = true;
            return !cancelled;
        }

        @Override
        public void handOver(long successor) {
            steps.add("hand over to " + platform.bundles.get(successor).named());
        }
    };

    @BeforeEach
    void install() {
        pool = platform.module("test.pool", "1.0.0");
        zstd = platform.module("test.zstd", "1.0.0");
    }

    private Replacement replacement(Platform.Installed old) {
        return new Replacement(
                old.symbolicName() + " 2.0.0",
                Optional.of(() -> platform.install(
                        Manifest.LOCATION + old.symbolicName(),
                        new ByteArrayInputStream(Kars.bundle(old.symbolicName(), "2.0.0")),
                        60)),
                true,
                Optional.of(old));
    }

    private Upgrade upgrade() {
        return new Upgrade(platform, pace, SETTINGS, progress);
    }

    private String run() throws Upgrade.Failed, InterruptedException {
        return upgrade()
                .run(List.of(replacement(pool), replacement(zstd)), () -> written.add("new"), () -> written.add("old"));
    }

    @Test
    void theNewOnesRunBesideTheOldBeforeTheseLeave() throws Exception {
        assertEquals("", run());
        assertEquals(
                List.of(
                        "install test.pool 2.0.0",
                        "install test.zstd 2.0.0",
                        "resolve",
                        "start test.pool 2.0.0",
                        "start test.zstd 2.0.0",
                        "drain test.pool 1.0.0",
                        "drain test.zstd 1.0.0",
                        "remove test.pool 1.0.0",
                        "remove test.zstd 1.0.0"),
                platform.done);
        assertEquals(List.of("new"), written);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "install test.pool 2.0.0",
                "install test.zstd 2.0.0",
                "resolve",
                "start test.pool 2.0.0",
                "start test.zstd 2.0.0"
            })
    void whateverFailsPutsEverythingBack(String failing) {
        platform.failing = failing;
        Upgrade.Failed failed = assertThrows(Upgrade.Failed.class, this::run);
        assertEquals(failing + " fails; everything was put back", failed.getMessage());
        assertFalse(failed.cancelled());
        assertEquals(List.of("test.pool 1.0.0", "test.zstd 1.0.0"), platform.running());
        assertEquals(List.of(), written);
        assertTrue(platform.draining.isEmpty());
    }

    @Test
    void whatStaysUnhealthyIsPutBackAtTheLimit() {
        platform.ailing.put("test.zstd 2.0.0", "the component x lacks y");
        Upgrade.Failed failed = assertThrows(Upgrade.Failed.class, this::run);
        assertTrue(
                failed.getMessage()
                        .startsWith(
                                "not healthy within 60 seconds: test.zstd 2.0.0: the component x lacks y; everything"),
                failed.getMessage());
        assertEquals(60, now);
        assertEquals(List.of("test.pool 1.0.0", "test.zstd 1.0.0"), platform.running());
    }

    @Test
    void whatBecomesHealthyInTimeCounts() throws Exception {
        platform.ailing.put("test.zstd 2.0.0", "not yet");
        atPause = () -> {
            if (now == 59) {
                platform.ailing.clear();
            }
        };
        assertEquals("", run());
        assertEquals(List.of("test.pool 2.0.0", "test.zstd 2.0.0"), platform.running());
    }

    @Test
    void anOldVersionStaysAsLongAsItHasUsers() throws Exception {
        platform.users.put(pool.id(), 3);
        atPause = () -> {
            if (now == 100) {
                platform.users.put(pool.id(), 0);
            }
        };
        assertEquals("", run());
        assertEquals(100, now);
        // The other one had nobody, and did not wait.
        assertTrue(platform.done.indexOf("remove test.zstd 1.0.0") < platform.done.indexOf("remove test.pool 1.0.0"));
        assertTrue(steps.contains("draining: 3 left, 250 s"), steps.toString());
    }

    @Test
    void anOldVersionLeavesAtTheTimeout() throws Exception {
        platform.users.put(pool.id(), 3);
        assertEquals("test.pool 1.0.0 left at drain-timeout with 3 users", run());
        assertEquals(List.of("test.pool 2.0.0", "test.zstd 2.0.0"), platform.running());
    }

    @Test
    void itCanBeCalledOffWhileAllOldOnesDrain() {
        platform.users.put(pool.id(), 3);
        platform.users.put(zstd.id(), 1);
        atPause = () -> cancelled = now > 10;
        Upgrade.Failed failed = assertThrows(Upgrade.Failed.class, this::run);
        assertTrue(failed.cancelled());
        assertEquals(List.of("test.pool 1.0.0", "test.zstd 1.0.0"), platform.running());
        assertEquals(List.of("new", "old"), written);
        assertTrue(platform.draining.isEmpty());
        assertFalse(settled);
    }

    @Test
    void aManifestThatCannotBeWrittenPutsEverythingBack() {
        Upgrade upgrade = new Upgrade(platform, pace, SETTINGS, progress);
        Upgrade.Failed failed = assertThrows(
                Upgrade.Failed.class,
                () -> upgrade.run(
                        List.of(replacement(pool)),
                        () -> {
                            throw new IOException("the disk is full");
                        },
                        () -> {}));
        assertEquals("the disk is full; everything was put back", failed.getMessage());
        assertEquals(List.of("test.pool 1.0.0", "test.zstd 1.0.0"), platform.running());
    }

    @Test
    void whatMakesTheApplianceServeLessIsPutBack() {
        platform.problems.put("ltm pool /Common/old", "it was down before");
        Replacement breaking = new Replacement(
                "test.pool 2.0.0",
                Optional.of(() -> {
                    platform.problems.put("ltm virtual /Common/web", "The virtual server is offline");
                    return replacement(pool).coming().orElseThrow().bring();
                }),
                true,
                Optional.of(pool));
        Upgrade.Failed failed = assertThrows(Upgrade.Failed.class, () -> upgrade()
                .run(List.of(breaking), () -> written.add("new"), () -> written.add("old")));
        assertEquals(
                "not healthy within 60 seconds: ltm virtual /Common/web: The virtual server is offline; everything was"
                        + " put back",
                failed.getMessage());
        assertEquals(List.of("test.pool 1.0.0", "test.zstd 1.0.0"), platform.running());
        assertEquals(List.of(), written);
    }

    @Test
    void whatWasWrongBeforeAndWhatRecoversIsNoHindrance() throws Exception {
        platform.problems.put("ltm pool /Common/old", "it was down before");
        platform.ailing.put("test.zstd 2.0.0", "not yet");
        atPause = () -> {
            platform.ailing.clear();
            if (now == 2) {
                platform.problems.put("wom remote-endpoint /Common/dc", "The tunnel is down");
            } else if (now == 20) {
                platform.problems.remove("wom remote-endpoint /Common/dc");
            }
        };
        assertEquals("", run());
        assertEquals(List.of("test.pool 2.0.0", "test.zstd 2.0.0"), platform.running());
        assertTrue(now >= 20);
    }

    @Test
    void whatServesLessOnceTheOldOnesAreDrainedIsPutBackToo() {
        atPause = () -> {
            if (platform.draining.size() == 2) {
                platform.problems.put("ltm virtual /Common/web", "No module serves it");
            }
        };
        Upgrade.Failed failed = assertThrows(Upgrade.Failed.class, this::run);
        assertEquals(
                "without the old versions, not healthy within 60 seconds: ltm virtual /Common/web: No module serves it;"
                        + " everything was put back",
                failed.getMessage());
        assertFalse(failed.cancelled());
        assertEquals(List.of("test.pool 1.0.0", "test.zstd 1.0.0"), platform.running());
        assertEquals(List.of("new", "old"), written);
        assertTrue(platform.draining.isEmpty());
        assertFalse(settled);
    }

    @Test
    void atAStartNothingIsCompared() throws Exception {
        atPause = () -> platform.problems.put("ltm pool /Common/web", "its servers are not up yet");
        assertEquals("", upgrade().withoutComparison().run(List.of(replacement(pool)), () -> {}, () -> {}));
    }

    @Test
    void whoDoesAllThisLeavesTheLastStepToItsSuccessor() throws Exception {
        platform.self = zstd;
        assertEquals("", run());
        assertEquals(List.of("test.pool 2.0.0", "test.zstd 1.0.0", "test.zstd 2.0.0"), platform.running());
        assertEquals("hand over to test.zstd 2.0.0", steps.get(steps.size() - 1));
        assertFalse(platform.done.contains("drain test.zstd 1.0.0"));
    }
}
