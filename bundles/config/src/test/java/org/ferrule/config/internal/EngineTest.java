package org.ferrule.config.internal;

import static org.ferrule.config.internal.Fixtures.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.ferrule.config.Assign.Operator;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Edit;
import org.ferrule.config.ObjectId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {
    @TempDir
    Path folder;

    private Appliance appliance;

    @BeforeEach
    void start() throws Exception {
        appliance = Appliance.whole(folder, "1");
    }

    private String refused(Edit... edits) {
        ConfigTree before = appliance.running();
        String message = assertThrows(ConfigException.class, () -> appliance.commit(edits))
                .getMessage();
        assertSame(before, appliance.running());
        for (FakeModule module : appliance.modules.values()) {
            assertEquals(module.opened, module.closed, module.module());
        }
        return message;
    }

    @Test
    void everyModuleFollowsACommitAndGivesItsReservationBack() throws Exception {
        ConfigTree tree = appliance.commit(create(pool("p")));
        for (FakeModule module : appliance.modules.values()) {
            assertSame(tree, module.last());
            assertEquals(1, module.opened);
            assertEquals(1, module.closed);
        }
    }

    @Test
    void nothingOfATransactionCountsIfItsLastEditIsWrong() {
        refused(create(pool("p")), create(pool("p")));
        assertTrue(appliance.running().own().isEmpty());
    }

    @Test
    void aRefusalByAModuleChangesNothing() {
        int follows = appliance.module("pool").reconciled.size();
        // Added first, so asked last among those of one version.
        appliance.module("pool").preparing = (running, proposed) -> {
            throw new ConfigException("port 80 is taken");
        };
        assertEquals("port 80 is taken", refused(create(pool("p"))));
        assertEquals(follows, appliance.module("pool").reconciled.size());
        assertEquals(1, appliance.module("net").closed);
        appliance.module("pool").preparing = (running, proposed) -> {};
        appliance.module("pool").completing = draft -> {
            throw new ConfigException("no such node");
        };
        assertEquals("no such node", refused(create(pool("p"))));
    }

    @Test
    void aModuleThatFailsRefusesAndIsNamed() {
        appliance.module("net").preparing = (running, proposed) -> {
            throw new IllegalStateException("bug");
        };
        assertTrue(refused(create(pool("p"))).startsWith("module net failed while it checked the change"));
        appliance.module("net").preparing = (running, proposed) -> {};
        appliance.module("virtual").completing = draft -> {
            throw new NoClassDefFoundError("gone");
        };
        assertTrue(refused(create(pool("p"))).startsWith("module virtual failed while it checked the change"));
    }

    @Test
    void aModuleThatFailsToFollowHindersNobody() throws Exception {
        for (FakeModule module : appliance.modules.values()) {
            module.reconciling = tree -> {
                throw new IllegalStateException("bug");
            };
        }
        ConfigTree tree = appliance.commit(create(pool("p")));
        for (FakeModule module : appliance.modules.values()) {
            assertSame(tree, module.last());
            assertEquals(module.opened, module.closed);
        }
    }

    private String capabilities() throws Exception {
        appliance.engine.save();
        Path file = folder.resolve("config/capabilities");
        return Files.exists(file) ? Files.readString(file) : "not known";
    }

    @Test
    void whatASavedConfigurationNeedsIsWrittenBesideIt() throws Exception {
        assertEquals("", capabilities());
        appliance.module("net").needing = tree -> Set.of("CAP_B", "CAP_A");
        appliance.module("pool").needing = tree -> tree.ids("ltm pool").isEmpty() ? Set.of() : Set.of("CAP_C", "CAP_A");
        assertEquals("CAP_A\nCAP_B\n", capabilities());
        appliance.commit(create(pool("p")));
        assertEquals("CAP_A\nCAP_B\nCAP_C\n", capabilities());
    }

    @Test
    void whatIsNeededIsNotKnownWhereAModuleIsAwayOrFails() throws Exception {
        appliance.commit(create(pool("p")));
        assertEquals("", capabilities());
        appliance.module("net").needing = tree -> {
            throw new IllegalStateException("bug");
        };
        assertEquals("not known", capabilities());
        appliance.module("net").needing = tree -> Set.of();
        assertEquals("", capabilities());
        appliance.remove(appliance.module("pool"));
        assertEquals("not known", capabilities());
    }

    @Test
    void twoVirtualServersMaySwapPorts() throws Exception {
        // As the module that binds them does: judged by the resulting set, not edit by edit.
        appliance.module("virtual").preparing = (running, proposed) -> {
            Set<Object> seen = new HashSet<>();
            for (ObjectId id : proposed.ids("ltm virtual")) {
                if (!seen.add(proposed.get(id).orElseThrow().properties().get("destination"))) {
                    throw new ConfigException("01070333:3: " + id + " illegally shares its destination");
                }
            }
        };
        appliance.commit(aVirtual("a", "10.0.0.1:80"), aVirtual("b", "10.0.0.1:81"));
        refused(modify(virtual("a"), set("destination", "10.0.0.1:81")));
        ConfigTree tree = appliance.commit(
                modify(virtual("a"), set("destination", "10.0.0.1:81")),
                modify(virtual("b"), set("destination", "10.0.0.1:80")));
        assertEquals("10.0.0.1:80", own(tree, virtual("b"), "destination"));
    }

    @Test
    void modulesCompleteADraft() throws Exception {
        List<Set<ObjectId>> seen = new ArrayList<>();
        appliance.module("pool").completing = draft -> {
            seen.add(draft.changed());
            if (draft.now().get(pool("p")).isPresent()
                    && draft.before().get(pool("p")).isEmpty()) {
                draft.put(pool("made"), Map.of("found", "yes"));
                draft.put(monitor("https"), Map.of("defaults-from", "/Common/http", "interval", "8"));
            }
        };
        ConfigTree tree = appliance.commit(create(pool("p")));
        assertEquals("yes", own(tree, pool("made"), "found"));
        assertEquals(Map.of("interval", "8"), tree.own().get(monitor("https")).properties());
        assertEquals(Set.of(pool("p")), seen.get(0));
        appliance.module("pool").completing = draft -> {
            seen.add(draft.changed());
            draft.remove(pool("made"));
        };
        tree = appliance.commit(modify(ENDPOINT));
        assertEquals(Set.of(ENDPOINT), seen.get(1));
        assertFalse(tree.own().containsKey(pool("made")));
    }

    @Test
    void whatACompletionBreaksIsRefused() {
        appliance.module("pool").completing = draft -> draft.put(pool("made"), Map.of("monitor", "/Common/no"));
        assertTrue(refused(create(pool("p"))).startsWith("01020036:3:"));
        appliance.module("pool").completing = draft -> draft.put(new ObjectId("ltm foo", "/Common/x"), Map.of());
        assertTrue(refused(create(pool("p"))).startsWith("module pool failed"));
        appliance.module("pool").completing = draft -> draft.put(pool("made"), Map.of("members", 7));
        assertTrue(refused(create(pool("p"))).startsWith("module pool failed"));
    }

    @Test
    void aModuleCannotChangeTheConfigurationWhileItIsAsked() throws Exception {
        AtomicReference<String> said = new AtomicReference<>();
        Runnable inside =
                () -> said.set(assertThrows(ConfigException.class, () -> appliance.commit(create(pool("inner"))))
                        .getMessage());
        FakeModule pool = appliance.module("pool");
        pool.completing = draft -> inside.run();
        appliance.commit(create(pool("a")));
        assertTrue(said.getAndSet("").contains("from a thread of its own"));
        pool.completing = draft -> {};
        pool.preparing = (running, proposed) -> inside.run();
        appliance.commit(create(pool("b")));
        assertTrue(said.getAndSet("").contains("from a thread of its own"));
        pool.preparing = (running, proposed) -> {};
        pool.reconciling = tree -> inside.run();
        appliance.commit(create(pool("c")));
        assertTrue(said.getAndSet("").contains("from a thread of its own"));
        assertEquals(3, appliance.running().own().size());
    }

    @Test
    void aModuleThatPreparesTooLongRefusesAndItsReservationIsStillGivenBack() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        ModuleCalls calls = new ModuleCalls(
                task -> {
                    Thread thread = new Thread(task);
                    threads.add(thread);
                    thread.start();
                },
                Duration.ofMillis(20));
        Appliance slow = new Appliance(folder.resolve("slow"), "1", calls);
        FakeModule quick = slow.add(new FakeModule("pool", "", Pool.class), "1.0.0");
        FakeModule late = slow.add(new FakeModule("net", TCP_SHIPPED, Tcp.class), "1.1.0");
        late.preparing = (running, proposed) -> awaitRegardless(release);
        String message = assertThrows(ConfigException.class, () -> slow.commit(create(pool("p"))))
                .getMessage();
        assertTrue(message.startsWith("module net did not prepare the change within"), message);
        message = assertThrows(ConfigException.class, () -> slow.commit(create(pool("p"))))
                .getMessage();
        assertTrue(message.startsWith("module net has not finished preparing an earlier change"), message);
        assertEquals(0, late.closed);
        release.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(1, late.opened);
        assertEquals(1, late.closed);
        assertEquals(2, quick.closed);
        assertTrue(slow.running().own().isEmpty());
    }

    private static void awaitRegardless(CountDownLatch latch) {
        boolean done = false;
        while (!done) {
            try {
                latch.await();
                done = true;
            } catch (InterruptedException e) {
                // A module that does not heed the interrupt is the case to be tested.
            }
        }
    }

    @Test
    void objectsOfAnAbsentModuleStayAndCannotBeChanged() throws Exception {
        appliance.commit(create(pool("p")), create(pool("q")), aVirtual("v", "10.0.0.1:80"));
        FakeModule pool = appliance.module("pool");
        int asked = pool.opened;
        appliance.remove(pool);
        assertFalse(appliance.engine.available("ltm pool"));
        assertNotNull(appliance.engine.state().catalog().kind("ltm pool").orElse(null));
        assertEquals(
                "module pool is not running: Pool /Common/p cannot be changed now",
                refused(modify(pool("p"), set("description", "x"))));
        assertTrue(refused(delete(pool("q"))).startsWith("module pool is not running"));
        assertTrue(refused(create(pool("r"))).startsWith("module pool is not running"));
        ConfigTree tree = appliance.commit(modify(virtual("v"), set("pool", "/Common/p")));
        assertEquals(3, tree.own().size());
        assertEquals(asked, pool.opened);
        appliance.module("virtual").completing = draft -> draft.put(pool("p"), Map.of("description", "x"));
        assertEquals(
                "module pool is not running: Pool /Common/p cannot be changed now",
                refused(modify(virtual("v"), none("pool"))));
        appliance.module("virtual").completing = draft -> {};

        FakeModule back = appliance.add(new FakeModule("pool", "", Pool.class), "1.0.1");
        assertEquals(List.of(appliance.running()), back.reconciled);
        appliance.commit(modify(pool("p"), set("description", "x")));
    }

    @Test
    void shippedObjectsOfAnAbsentModuleStay() {
        appliance.remove(appliance.module("net"));
        assertTrue(appliance.running().get(tcp("lan")).isPresent());
        assertTrue(refused(modify(tcp("lan"), set("idle-timeout", "1"))).contains("TCP Profile /Common/lan"));
    }

    @Test
    void twoVersionsSideBySideAreBothAskedOldestFirst() throws Exception {
        List<String> order = new ArrayList<>();
        FakeModule newer = new FakeModule("net", "ltm profile tcp tcp { idle-timeout 200 }\n", Tcp.class);
        FakeModule older = appliance.module("net");
        older.preparing = (running, proposed) -> order.add("prepare 1");
        older.reconciling = tree -> order.add("reconcile 1");
        newer.preparing = (running, proposed) -> order.add("prepare 2");
        newer.completing = draft -> order.add("complete 2");
        newer.reconciling = tree -> order.add("reconcile 2");
        older.completing = draft -> order.add("complete 1");
        appliance.add(newer, "1.10.0");
        assertEquals("200", resolved(appliance.running(), tcp("tcp"), Tcp.class).get("idle-timeout"));
        assertEquals(List.of("reconcile 1", "reconcile 2"), order);
        order.clear();
        appliance.commit(create(pool("p")));
        assertEquals(List.of("complete 2", "prepare 1", "prepare 2", "reconcile 1", "reconcile 2"), order);
        appliance.remove(newer);
        assertEquals("300", resolved(appliance.running(), tcp("tcp"), Tcp.class).get("idle-timeout"));
        assertEquals("300", resolved(older.last(), tcp("tcp"), Tcp.class).get("idle-timeout"));
        assertTrue(appliance.engine.available("ltm profile tcp"));
    }

    @Test
    void anOlderVersionThatArrivesLaterDoesNotTakeOver() {
        FakeModule old =
                appliance.add(new FakeModule("net", "ltm profile tcp tcp { idle-timeout 9 }", Tcp.class), "0.9");
        assertEquals("300", resolved(appliance.running(), tcp("tcp"), Tcp.class).get("idle-timeout"));
        assertEquals(1, old.reconciled.size());
    }

    @Test
    void objectsOfAnOlderSchemaAreMigratedBeforeTheModuleFollows() throws Exception {
        appliance.commit(create(pool("p"), set("description", "web"), members(Operator.ADD, "10.0.0.1:80")));
        FakeModule next = new FakeModule("pool", "", Pool2.class);
        next.migrating = EngineTest::renamed;
        appliance.remove(appliance.module("pool"));
        appliance.add(next, "2.0.0");
        assertEquals(
                Map.of("remark", "web", "members", Map.of("10.0.0.1:80", Map.of())),
                next.last().own().get(pool("p")).properties());
        assertEquals(2, next.last().own().get(pool("p")).schema());
        appliance.commit(modify(pool("p"), set("remark", "y")));
    }

    private static Map<String, Object> renamed(int from, Map<String, Object> properties) {
        Map<String, Object> migrated = new java.util.LinkedHashMap<>(properties);
        migrated.put("remark", migrated.remove("description"));
        return migrated;
    }

    @Test
    void aFailedMigrationKeepsTheObjectAsItIs() throws Exception {
        appliance.commit(create(pool("p"), set("description", "web")));
        appliance.remove(appliance.module("pool"));
        FakeModule next = new FakeModule("pool", "", Pool2.class);
        next.migrating = (schema, properties) -> {
            throw new IllegalStateException("bug");
        };
        appliance.add(next, "2.0.0");
        assertEquals("web", own(appliance.running(), pool("p"), "description"));
        assertTrue(appliance.engine.notices().get(0).contains("failed to bring ltm pool /Common/p from schema 1"));
        assertTrue(refused(modify(pool("p"), set("remark", "y"))).contains("another version of module pool"));
        appliance.engine.save();
        Appliance again = new Appliance(folder, "2");
        assertEquals(1, again.running().own().get(pool("p")).schema());
    }

    @Test
    void aModuleWithWrongDeclarationsIsNotTakenIn() {
        record NoKind(String text) {}
        FakeModule wrong = appliance.add(new FakeModule("wrong", "", NoKind.class), "1.0");
        FakeModule thief = appliance.add(new FakeModule("thief", "", Pool.class), "1.0");
        FakeModule garbled = appliance.add(new FakeModule("pool", "ltm pool {", Pool.class), "9.0");
        for (FakeModule module : List.of(wrong, thief, garbled)) {
            assertTrue(module.reconciled.isEmpty());
        }
        assertTrue(appliance.engine.available("ltm pool"));
    }

    @Test
    void afterCloseNothingIsChanged() {
        appliance.engine.close();
        assertTrue(refused(create(pool("p"))).contains("being stopped"));
    }
}
