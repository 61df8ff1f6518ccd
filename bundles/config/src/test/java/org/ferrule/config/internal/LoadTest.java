package org.ferrule.config.internal;

import static org.ferrule.config.internal.Fixtures.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.ferrule.config.Assign.Operator;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadTest {
    @TempDir
    Path folder;

    private Appliance appliance;

    @BeforeEach
    void start() throws Exception {
        appliance = Appliance.whole(folder, "1");
        appliance.commit(
                create(pool("p"), set("description", "old"), members(Operator.ADD, "10.0.0.1:80")),
                modify(tcp("lan"), set("idle-timeout", "9")));
    }

    private ConfigTree load(String text, boolean merge, boolean verify) throws ConfigException {
        return appliance.engine.load(text, "terminal", merge, verify);
    }

    private String refused(String text, boolean merge) {
        ConfigTree before = appliance.running();
        String message = assertThrows(ConfigException.class, () -> load(text, merge, false))
                .getMessage();
        assertSame(before, appliance.running());
        return message;
    }

    @Test
    void aReplacedConfigurationHasNothingOfTheOldOne() throws Exception {
        ConfigTree tree = load("ltm pool q { members { 10.0.0.2:80 { ratio 3 } } }\n", false, false);
        assertEquals(List.of(pool("q")), List.copyOf(tree.own().keySet()));
        assertSame(tree, appliance.module("pool").last());
        assertTrue(tree.get(tcp("lan")).isPresent());
    }

    @Test
    void aMergeIsLaidOverWhatRuns() throws Exception {
        ConfigTree tree = load(
                "ltm pool p { description new }\nltm pool q { }\nltm profile tcp lan { defaults-from tcp }",
                true,
                false);
        assertEquals("new", own(tree, pool("p"), "description"));
        assertEquals(Map.of("10.0.0.1:80", Map.of()), own(tree, pool("p"), "members"));
        assertTrue(tree.own().containsKey(pool("q")));
        assertEquals("9", own(tree, tcp("lan"), "idle-timeout"));
    }

    @Test
    void verifyChangesNothingAndGivesReservationsBack() throws Exception {
        ConfigTree before = appliance.running();
        FakeModule pool = appliance.module("pool");
        int follows = pool.reconciled.size();
        assertTrue(load("ltm pool q { }", false, true).own().containsKey(pool("q")));
        assertSame(before, appliance.running());
        assertEquals(follows, pool.reconciled.size());
        assertEquals(pool.opened, pool.closed);
        assertThrows(ConfigException.class, () -> load("ltm pool q { monitor no }", false, true));
    }

    @Test
    void wrongTextIsRefusedWithItsPlace() {
        assertTrue(refused("ltm pool a { }\nltm pool b {\n nothing x\n}", false).startsWith("terminal, line 2: "));
        assertTrue(refused("ltm pool a {", false).contains("terminal"));
        assertTrue(refused("ltm foo a { }", false).contains("terminal, line 1"));
        assertTrue(refused("ltm pool a { }\nltm pool a { }", true).contains("stands there twice"));
        assertTrue(refused("ltm pool a { monitor no }", true).startsWith("01020036:3:"));
        assertTrue(refused("ltm virtual v { }", true).contains("one or more properties must be specified"));
        assertTrue(refused("#FERRULE-VERSION: 0.1.0\n\nltm pool a { }\n", false).contains("is damaged"));
    }

    @Test
    void whetherWhatRunsIsSavedIsKnown() throws Exception {
        appliance.engine.save();
        assertTrue(appliance.engine.isSaved());
        load("ltm pool q { }", true, false);
        assertFalse(appliance.engine.isSaved());
        appliance.engine.load();
        assertTrue(appliance.engine.isSaved());
        Files.delete(appliance.file("ferrule.conf"));
        assertFalse(appliance.engine.isSaved());
    }

    @Test
    void loadGoesBackToWhatWasSaved() throws Exception {
        assertTrue(assertThrows(ConfigException.class, () -> appliance.engine.load())
                .getMessage()
                .contains("there is no saved configuration"));
        ConfigTree saved = appliance.running();
        appliance.engine.save();
        appliance.commit(create(pool("q")), modify(pool("p"), none("members")));
        assertEquals(saved, appliance.engine.load());
        String text = Files.readString(appliance.file("ferrule.conf"));
        assertEquals(saved, load(text, false, false));
        Files.writeString(appliance.file("ferrule.conf"), text.substring(0, 60));
        assertTrue(assertThrows(ConfigException.class, () -> appliance.engine.load())
                .getMessage()
                .contains("is damaged"));
    }

    @Test
    void objectsOfAnAbsentModuleAreLeftOrTheLoadIsRefused() throws Exception {
        appliance.engine.save();
        appliance.remove(appliance.module("pool"));
        appliance.engine.load();
        load("ltm pool p { description old }", true, false);
        assertTrue(refused("ltm pool p { description new }", true).startsWith("module pool is not running"));
        assertTrue(refused("", false).startsWith("module pool is not running"));
        assertFalse(appliance.running().own().isEmpty());
    }
}
