package org.ferrule.tmsh.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.ferrule.shell.Account.Role;
import org.junit.jupiter.api.Test;

/** Commands that are about no configuration object, under other verbs than run. */
class CommandsTest {
    private final Bench bench = new Bench().withArchives();

    @Test
    void aCommandHasItsOperandAndWordsThatStandAlone() {
        assertEquals("save archive\n", bench.ok("save sys ucs x no-private-key passphrase \"a b\""));
        assertEquals(List.of(Map.of("name", "x", "no-private-key", "", "passphrase", "a b")), bench.ran);
    }

    @Test
    void wordsMayBeShortened() {
        bench.ok("save sy u x no-p");
        assertEquals(List.of(Map.of("name", "x", "no-private-key", "")), bench.ran);
    }

    @Test
    void whatIsMissingIsNamed() {
        assertTrue(bench.refused("save sys ucs").contains("the name is missing: save sys ucs NAME"));
        assertTrue(bench.refused("save sys ucs x passphrase").contains("passphrase of save sys ucs needs a value"));
        assertTrue(bench.refused("save").contains("save sys config, save sys ucs"));
    }

    @Test
    void kindsAndSysConfigAreFoundAsBefore() {
        assertTrue(bench.ok("save sys config").startsWith("Saving running configuration"));
        assertTrue(bench.ok("list sys global-settings").startsWith("sys global-settings"));
        assertEquals("list archive\n", bench.ok("list sys ucs"));
    }

    @Test
    void aLesserRoleMayDoWhatTheCommandAllows() {
        Bench guest = new Bench(Role.GUEST).withArchives();
        assertEquals("list archive\n", guest.ok("list sys ucs"));
        assertTrue(guest.refused("save sys ucs x").startsWith("01070822:3: Access Denied"));
    }

    @Test
    void whatIsNoConfigurationObjectIsShown() {
        assertTrue(bench.ok("show sys ucs").contains("Sys::Archive: one.ucs"));
        assertTrue(bench.ok("show sys ucs json").contains("\"encrypted\""));
        assertTrue(bench.refused("show sys ucs nothing").contains("There is: one.ucs"));
    }

    @Test
    void aCommandMayStandUnderShow() {
        assertEquals("show archive\n", bench.ok("show sys log x"));
        assertTrue(bench.complete("show sys ").containsAll(List.of("log", "ucs")));
        assertEquals(List.of("passphrase", "no-private-key"), bench.complete("show sys log x "));
    }

    @Test
    void completionKnowsCommandsUnderEveryVerb() {
        assertEquals(List.of("config", "ucs"), bench.complete("save sys "));
        assertEquals(List.of("passphrase", "no-private-key"), bench.complete("save sys ucs x "));
        assertEquals(List.of("passphrase"), bench.complete("save sys ucs x no-private-key "));
        assertEquals(List.of(), bench.complete("save sys ucs x passphrase "));
        assertEquals(List.of("one.ucs", "two.ucs"), bench.complete("list sys ucs "));
        assertTrue(bench.complete("list sys ").containsAll(List.of("global-settings", "ucs")));
        assertTrue(bench.complete("show sys ").contains("ucs"));
        assertEquals(List.of("one.ucs"), bench.complete("show sys ucs o"));
    }

    @Test
    void helpListsThem() {
        assertEquals("Commands under save:\n  sys ucs  Does something with archives\n", bench.ok("help save"));
    }

    @Test
    void underInstallThereAreCommandsOnly() {
        assertEquals("install archive\n", bench.ok("install sys ucs a.ucs no-private-key"));
        assertEquals(Map.of("name", "a.ucs", "no-private-key", ""), bench.ran.get(0));
        assertEquals(List.of("sys"), bench.complete("install "));
        assertEquals(
                "Syntax Error: there is no command \"cm pair\"; there are: sys ucs", bench.refused("install cm pair"));
        assertEquals("Syntax Error: what to install is missing; there are: sys ucs", bench.refused("install"));
        Bench guest = new Bench(Role.GUEST).withArchives();
        assertTrue(guest.refused("install sys ucs a").contains("may not install"));
    }

    @Test
    void aVerbMayDoSomethingAlone() {
        bench.withReboot();
        assertEquals("reboot done\n", bench.ok("reboot"));
        assertEquals("reboot done\n", bench.ok("reboot volume HD1.2 copy"));
        assertEquals(Map.of("volume", "HD1.2", "copy", ""), bench.ran.get(1));
        assertEquals(List.of("volume", "copy"), bench.complete("reboot "));
        assertEquals(List.of("HD1.1", "HD1.2"), bench.complete("reboot copy volume "));
        assertEquals(List.of(), bench.complete("reboot copy volume HD1.1 "));
        assertEquals("Syntax Error: volume of reboot needs a value", bench.refused("reboot volume"));
        assertTrue(bench.ok("help reboot").contains("  reboot  Starts again"));
        assertTrue(bench.refused("reboot HD1.2").contains("\"HD1.2\""));
    }

    @Test
    void aVerbWithoutCommandsSaysSo() {
        assertEquals("no module that is running can reboot", bench.refused("reboot"));
    }
}
