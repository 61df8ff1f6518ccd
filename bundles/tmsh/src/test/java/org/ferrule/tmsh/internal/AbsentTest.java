package org.ferrule.tmsh.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AbsentTest {
    private final Bench bench = new Bench();
    private final Object first = new Object();
    private final Object second = new Object();

    private String said(String command) {
        return bench.run(command).err();
    }

    @Test
    void aCommandWhoseModuleWentIsNoMistake() {
        assertTrue(said("save sys ucs x").contains("Syntax Error"));
        bench.absent.came(first, "archive", "save", "sys ucs");
        assertTrue(said("save sys ucs x").contains("Syntax Error"), "it is there, for all that is known");
        bench.absent.went(first);
        assertEquals(
                "module archive is not running: save sys ucs cannot be carried out now",
                said("save sys ucs x").strip());
        assertTrue(said("save sys usc x").contains("Syntax Error"));
        bench.absent.came(second, "archive", "save", "sys ucs");
        assertTrue(said("save sys ucs x").contains("Syntax Error"));
    }

    @Test
    void whileAnotherVersionIsThereNothingIsAbsent() {
        bench.absent.came(first, "log", "show", "sys log");
        bench.absent.came(second, "log", "show", "sys log");
        bench.absent.went(first);
        assertTrue(said("show sys log system").contains("Syntax Error"));
        bench.absent.went(second);
        assertTrue(said("show sys log system").contains("module log is not running"));
    }
}
