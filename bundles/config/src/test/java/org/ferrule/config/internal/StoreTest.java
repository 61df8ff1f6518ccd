package org.ferrule.config.internal;

import static org.ferrule.config.internal.Fixtures.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.ferrule.config.Assign.Operator;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
    @TempDir
    Path folder;

    private Appliance appliance;

    @BeforeEach
    void start() throws Exception {
        appliance = Appliance.whole(folder, "1");
    }

    private int boots = 1;

    /** The appliance in a new virtual machine. */
    private Appliance restarted() throws IOException {
        return new Appliance(folder, Integer.toString(++boots));
    }

    private String saved() throws IOException {
        return Files.readString(appliance.file("ferrule.conf"));
    }

    private void write(String text) throws IOException {
        Files.writeString(appliance.file("ferrule.conf"), text);
    }

    @Test
    void whatIsSavedReadsWellAndIsLoaded() throws Exception {
        ConfigTree tree = appliance.commit(
                create(pool("p"), members(Operator.ADD, "10.0.0.2:80", "10.0.0.1:80"), set("description", "a b")),
                create(monitor("m"), set("interval", "9")),
                modify(ENDPOINT, words("addresses", Operator.ADD, "127.0.20.1")));
        assertEquals(List.of(appliance.file("ferrule.conf")), appliance.engine.save());
        String text = saved();
        assertTrue(
                text.startsWith("#FERRULE-VERSION: 0.1.0\n\nltm monitor http /Common/m {\n    interval 9\n}\n"), text);
        assertTrue(text.matches("(?s).*\n#END sha-256 [0-9a-f]{64}\n"), text);
        assertEquals(tree, restarted().running());
        assertTrue(restarted().engine.notices().isEmpty());
        Appliance whole = restarted();
        whole.addAll();
        assertEquals(tree, whole.running());
        assertTrue(Same.values(own(tree, pool("p"), "members"), own(whole.running(), pool("p"), "members")));
    }

    @Test
    void filesArePrivate() throws Exception {
        appliance.commit(create(pool("p")));
        appliance.engine.save();
        assertEquals("rwx------", rights(appliance.home.config()));
        for (String name : List.of("ferrule.conf", "running.conf", "kinds.json")) {
            assertEquals("rw-------", rights(appliance.file(name)), name);
        }
    }

    private static String rights(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void threeEarlierFilesAreKept() throws Exception {
        for (int i = 0; i < 6; i++) {
            appliance.commit(create(pool("p" + i)));
            appliance.engine.save();
            appliance.engine.save();
        }
        assertTrue(saved().contains("/Common/p5"));
        for (int age = 1; age <= 3; age++) {
            String kept = Files.readString(appliance.file("ferrule.conf." + age));
            assertTrue(kept.contains("/Common/p" + (5 - age)) && !kept.contains("/Common/p" + (6 - age)));
        }
        assertFalse(Files.exists(appliance.file("ferrule.conf.4")));
    }

    @Test
    void aFileThatWasCutShortAtAnyByteGivesWayToTheOneBefore() throws Exception {
        ConfigTree before = appliance.commit(create(pool("p"), members(Operator.ADD, "10.0.0.1:80")));
        appliance.engine.save();
        appliance.commit(create(pool("q"), set("description", "{ \"x\" }\nlßne")));
        appliance.engine.save();
        ConfigTree now = appliance.running();
        byte[] whole = Files.readAllBytes(appliance.file("ferrule.conf"));
        for (int length = 0; length < whole.length; length++) {
            Files.write(appliance.file("ferrule.conf"), Arrays.copyOf(whole, length));
            Appliance next = restarted();
            if (length == whole.length - 1) {
                assertEquals(now, next.running());
            } else {
                assertEquals(before, next.running(), "cut after " + length);
                String notice = next.engine.notices().get(0);
                assertTrue(notice.startsWith(
                        "The saved configuration " + appliance.file("ferrule.conf") + " is damaged ("));
                assertTrue(notice.contains("the appliance runs with " + appliance.file("ferrule.conf.1") + " of 20"));
                assertArrayEquals(
                        Arrays.copyOf(whole, length), Files.readAllBytes(appliance.file("ferrule.conf.damaged")));
            }
        }
    }

    @Test
    void aByteThatFlippedNeverStopsTheStart() throws Exception {
        appliance.commit(create(pool("p"), members(Operator.ADD, "10.0.0.1:80")));
        appliance.engine.save();
        appliance.commit(create(pool("q")));
        appliance.engine.save();
        byte[] whole = Files.readAllBytes(appliance.file("ferrule.conf"));
        for (int at = 0; at < whole.length - 1; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 0x15;
            Files.write(appliance.file("ferrule.conf"), flipped);
            assertEquals(1, restarted().engine.notices().size(), "byte " + at);
        }
    }

    @Test
    void aFileThatIsGoneOrHasZerosInItGivesWayToTheOneBefore() throws Exception {
        ConfigTree before = appliance.commit(create(pool("p"), set("description", "before")));
        appliance.engine.save();
        appliance.commit(modify(pool("p"), set("description", "afterwards")));
        appliance.engine.save();
        write(saved().replace("afterwards", "after\0\0\0\0\0"));
        Appliance next = restarted();
        assertEquals(before, next.running());
        assertTrue(next.engine.notices().get(0).contains("bytes of zero"));
        Files.delete(appliance.file("ferrule.conf"));
        next = restarted();
        assertEquals(before, next.running());
        assertTrue(next.engine.notices().get(0).contains("ferrule.conf is missing; the appliance runs with"));
    }

    @Test
    void aDamagedFileDoesNotPushOutAGoodOne() throws Exception {
        ConfigTree good = appliance.commit(create(pool("p")));
        appliance.engine.save();
        appliance.commit(create(pool("q")));
        appliance.engine.save();
        write("half of");
        Appliance next = restarted();
        next.addAll();
        assertEquals(good, next.running());
        next.commit(create(pool("r")));
        next.engine.save();
        assertTrue(Files.readString(appliance.file("ferrule.conf.1")).contains("/Common/p"));
        assertEquals("half of", Files.readString(appliance.file("ferrule.conf.damaged")));
        assertEquals(next.running(), restarted().running());
    }

    @Test
    void withNoWholeFileTheApplianceRunsWithWhatIsShipped() throws Exception {
        appliance.commit(create(pool("p")));
        appliance.engine.save();
        write("");
        Files.writeString(appliance.file("ferrule.conf.2"), "x");
        Appliance next = restarted();
        assertTrue(next.running().own().isEmpty());
        assertTrue(next.running().get(tcp("lan")).isPresent());
        assertEquals(2, next.engine.notices().size());
        assertTrue(next.engine.notices().get(1).contains("runs with what is shipped"));
    }

    @Test
    void theDateOfAnEarlierFileIsWhenItWasSaved() throws Exception {
        appliance.commit(create(pool("p")));
        appliance.engine.save();
        Files.setLastModifiedTime(appliance.file("ferrule.conf"), FileTime.from(Instant.parse("2020-02-03T12:00:00Z")));
        appliance.commit(create(pool("q")));
        appliance.engine.save();
        write("x");
        assertTrue(restarted().engine.notices().get(0).contains("ferrule.conf.1 of 2020-02-03 "));
    }

    @Test
    void aFileThatWasEditedByHandIsAcceptedIfItIsRight() throws Exception {
        appliance.commit(create(pool("p"), set("description", "old")));
        appliance.engine.save();
        write(saved().replace("description old", "description new"));
        Appliance next = restarted();
        assertEquals("new", own(next.running(), pool("p"), "description"));
        assertTrue(next.engine.notices().get(0).contains("was edited by hand"));

        Appliance completing = restarted();
        FakeModule pool = new FakeModule("pool", "", Pool.class);
        pool.completing = draft -> draft.changed().forEach(id -> draft.put(id, Map.of("description", "sealed")));
        completing.add(pool, "1.0.0");
        assertEquals("sealed", own(pool.last(), pool("p"), "description"));
    }

    @Test
    void aFileThatWasEditedWronglyIsNot() throws Exception {
        appliance.commit(create(pool("p"), set("description", "old")));
        appliance.engine.save();
        String text = saved();
        List<String> wrong = List.of(
                text.replace("description old", "descriptoin old"),
                text.replace("description old", "monitor no"),
                text.replace("description old", "load-balancing-mode best"),
                text.replace("ltm pool", "ltm pol"),
                text.replace("old\n}", "old\n"),
                text.replace("old", "\"old"),
                text.replace("ltm pool", "ltm pool /Common/p { }\nltm pool"),
                text.replace("#END", "#ENDE"),
                text + "ltm pool /Common/q { }\n");
        for (String edited : wrong) {
            write(edited);
            Appliance next = restarted();
            assertTrue(next.running().own().isEmpty(), edited);
            assertTrue(next.engine.notices().get(0).contains("is damaged ("), edited);
            String refused = assertThrows(ConfigException.class, () -> next.engine.load())
                    .getMessage();
            assertFalse(refused.isEmpty());
        }
    }

    @Test
    void aRestartInTheSameVirtualMachineGoesOnWithWhatRan() throws Exception {
        appliance.commit(create(pool("saved")));
        appliance.engine.save();
        ConfigTree ran = appliance.commit(create(pool("unsaved")));
        assertEquals(ran, new Appliance(folder, "1").running());
        assertEquals(1, restarted().running().own().size());
        Appliance old = new Appliance(folder, "1");
        assertEquals(1, old.running().own().size(), "what ran in another virtual machine is over");
    }

    @Test
    void ifWhatRanCannotBeReadTheSavedOneIsUsed() throws Exception {
        appliance.commit(create(pool("saved")));
        appliance.engine.save();
        appliance.commit(create(pool("unsaved")));
        Path running = appliance.file("running.conf");
        Files.writeString(running, Files.readString(running).replace("unsaved", "unsafed"));
        Appliance next = new Appliance(folder, "1");
        assertEquals(1, next.running().own().size());
        assertTrue(next.engine.notices().get(0).contains("goes on with the saved configuration"));
    }

    @Test
    void objectsOfKindsThatNobodyKnowsAreKeptAsTextUntilTheirModuleComes() throws Exception {
        ConfigTree tree = appliance.commit(create(pool("p")), create(monitor("m"), set("interval", "9")));
        appliance.engine.save();
        String text = saved();
        Files.delete(appliance.file("kinds.json"));
        Appliance next = restarted();
        assertTrue(next.running().own().isEmpty());
        next.engine.save();
        assertEquals(lines(text), lines(saved()));
        for (FakeModule module : Fixtures.modules()) {
            next.add(module, "1.0.0");
        }
        assertEquals(tree, next.running());
        assertEquals(tree, next.module("pool").last(), "a later arrival is told to those before");
        next.engine.save();
        assertEquals(text, saved());
    }

    private static List<String> lines(String text) {
        return text.lines()
                .filter(line -> !line.startsWith("#") && !line.isEmpty())
                .sorted()
                .toList();
    }

    @Test
    void aDamagedCatalogIsNoReasonToLoseAnything() throws Exception {
        ConfigTree tree = appliance.commit(create(pool("p")));
        appliance.engine.save();
        for (String json : List.of(
                "",
                "{",
                "[]",
                "{\"format\":1}",
                "{\"format\":2}",
                "{\"format\":1,\"modules\":[{}],\"archive\":[]}",
                "{\"format\":1,\"modules\":[],\"archive\":[{\"name\":\"x\"}]}")) {
            Files.writeString(appliance.file("kinds.json"), json);
            Appliance next = restarted();
            assertTrue(next.engine.notices().get(0).contains("kinds.json"), json);
            next.addAll();
            assertEquals(tree, next.running(), json);
        }
    }

    @Test
    void aSavedFileOutlivesASchema() throws Exception {
        appliance.commit(create(pool("p"), set("description", "web")));
        appliance.engine.save();
        FakeModule next = new FakeModule("pool", "", Pool2.class);
        next.migrating = (from, properties) -> Map.of("remark", properties.get("description"));
        appliance.add(next, "2.0.0");
        // Not saved since: the file is of schema 1, what is known is schema 2.
        Appliance again = restarted();
        assertEquals(1, again.running().own().get(pool("p")).schema());
        FakeModule after = new FakeModule("pool", "", Pool2.class);
        after.migrating = next.migrating;
        again.add(after, "2.0.0");
        assertEquals("web", own(again.running(), pool("p"), "remark"));
        again.engine.save();
        assertTrue(saved().contains("#SCHEMA 2\nltm pool /Common/p {\n    remark web\n}\n"), saved());
        assertEquals(again.running(), restarted().running());
        assertEquals(again.running(), again.engine.load());
    }

    @Test
    void aStricterDeclarationKeepsTheRestAndTells() throws Exception {
        appliance.commit(create(pool("p"), set("description", "web")), create(monitor("m")));
        appliance.engine.save();
        String json = Files.readString(appliance.file("kinds.json"));
        Files.writeString(appliance.file("kinds.json"), json.replace("\"description\"", "\"descr\""));
        Appliance next = restarted();
        assertEquals(1, next.running().own().size());
        assertTrue(
                next.engine.notices().get(0).startsWith("Kept, but not in use: "),
                next.engine.notices().get(0));
        next.addAll();
        assertEquals("web", own(next.running(), pool("p"), "description"));
    }
}
