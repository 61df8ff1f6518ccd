package org.ferrule.tmsh.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Map;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.kind.PropertyDescriptor;
import org.ferrule.shell.Account.Role;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LookingTest {
    private final Bench bench = new Bench();

    private KindDescriptor pool() {
        return bench.configuration.kind("ltm pool").orElseThrow();
    }

    @Test
    void listShowsWhatIsSetAndAllPropertiesWhatHolds() {
        bench.ok("create ltm pool web description a");
        assertEquals("ltm pool web {\n    description a\n}\n", bench.ok("list ltm pool web"));
        assertEquals(bench.ok("list ltm pool web"), bench.ok("list ltm pool web non-default-properties"));
        assertTrue(bench.ok("list ltm pool web all-properties").contains("load-balancing-mode round-robin\n"));
    }

    @Test
    void listShowsTheAskedPropertiesOnly() {
        bench.ok("create ltm pool web description a monitor http");
        assertEquals(
                "ltm pool web { load-balancing-mode round-robin monitor http }\n",
                bench.ok("list ltm pool web monitor load-balancing-mode one-line"));
    }

    @Test
    void listTakesNamesPatternsAndAll() {
        bench.ok("create ltm pool aa; create ltm pool ab; create ltm pool b");
        assertEquals(
                "ltm pool aa { }\nltm pool b { }\n",
                bench.ok("list ltm pool b aa").lines().sorted().reduce("", (a, b) -> a + b + "\n"));
        assertEquals("ltm pool aa { }\nltm pool ab { }\n", bench.ok("list ltm pool a*"));
        assertEquals("ltm pool aa { }\nltm pool ab { }\n", bench.ok("list ltm pool aa a?"));
        assertEquals(
                "ltm pool ab { }\n",
                bench.ok("list ltm pool /Common/*b one-line /Common/a?")
                                .lines()
                                .filter(line -> line.contains("ab"))
                                .findFirst()
                                .orElseThrow()
                        + "\n");
        assertEquals(3, bench.ok("list ltm pool all").lines().count());
        assertEquals("", bench.ok("list ltm pool x*"));
        assertTrue(bench.refused("list ltm pool x").endsWith("There is: aa, ab, b"));
    }

    @Test
    void listOfAModuleShowsItsKinds() {
        bench.ok("create ltm pool web description a");
        assertEquals("ltm monitor http http { }\nltm pool web { description a }\n", bench.ok("list ltm one-line"));
        assertTrue(bench.ok("list one-line").contains("sys global-settings { }"));
    }

    @Test
    void listSaysThatAModuleIsAway() {
        bench.configuration.available = false;
        assertTrue(bench.ok("list sys").startsWith("# sys global-settings: unavailable, its module is not running\n"));
        assertEquals("The module of sys global-settings is not running", bench.refused("show sys global-settings"));
    }

    @Test
    void secretsAreListedForAdministratorsOnly() {
        Bench guest = new Bench(Role.GUEST);
        for (Bench each : List.of(bench, guest)) {
            org.junit.jupiter.api.Assertions.assertDoesNotThrow(
                    () -> each.configuration.commit(List.of(new org.ferrule.config.Edit.Create(
                            new org.ferrule.config.ObjectId("auth user", "/Common/bob"),
                            List.of(new org.ferrule.config.Assign.Value("password", "$M$x"))))));
        }
        assertTrue(bench.ok("list auth user bob").contains("$M$x"));
        for (String command : List.of("list", "list auth user bob password", "list auth user all-properties")) {
            assertFalse(guest.ok(command).contains("$M$x"), command);
        }
    }

    @Test
    void showIsLaidOutAsTmosDoes() {
        assertEquals("""
                ------------------------------------------------------------------
                Ltm::Pool: web
                ------------------------------------------------------------------
                Status
                  Availability : available
                  State        : enabled
                  Reason       : The pool is available
                  Mode         : round-robin

                Traffic
                  Bits In : 36.2K

                  | --------------------------------------------------------------
                  | Ltm::Pool Member: 10.0.0.1:80
                  | --------------------------------------------------------------
                  | Status
                  |   Availability : offline
                  |   State        : disabled
                  |   Reason       : down
                  |   Bits In      : 1
                  |

                """, bench.ok("show ltm pool web"));
        assertTrue(bench.ok("show ltm pool web raw").contains("Bits In : 36200\n"));
    }

    @Test
    void showTakesNamesAndModules() {
        assertTrue(bench.ok("show ltm pool").contains("Ltm::Pool: other"));
        assertFalse(bench.ok("show ltm pool w*").contains("Ltm::Pool: other"));
        assertEquals(bench.ok("show ltm pool"), bench.ok("show ltm"));
        assertEquals(bench.ok("show ltm pool raw"), bench.ok("show raw"));
        assertEquals(
                "01020036:3: The requested Pool (/Common/x) was not found. There is: web, other",
                bench.refused("show ltm pool x"));
        assertTrue(bench.refused("show ltm json").contains("json needs one kind of object"));
        assertTrue(bench.refused("show ltm monitor http").startsWith("There is no status of ltm monitor http"));
    }

    @Test
    void fieldsAreDottedAndSorted() {
        assertEquals("""
                ltm pool web {
                    mode round-robin
                    status.availability-state available
                    status.enabled-state enabled
                    status.status-reason The pool is available
                    traffic.bits-in 36.2K
                    10.0.0.1:80 {
                        bits-in 1
                        status.availability-state offline
                        status.enabled-state disabled
                        status.status-reason down
                    }
                }
                """, bench.ok("show ltm pool web field-fmt"));
    }

    @Test
    void jsonHasCountersInFullAndNamesInCamelCase() {
        JsonArray all =
                JsonParser.parseString(bench.ok("show ltm pool web json")).getAsJsonArray();
        assertEquals(1, all.size());
        JsonObject web = all.get(0).getAsJsonObject();
        assertEquals("web", web.get("name").getAsString());
        assertEquals("available", web.get("availability").getAsString());
        assertTrue(web.get("enabled").getAsBoolean());
        assertEquals(36200, web.getAsJsonObject("traffic").get("bitsIn").getAsLong());
        JsonObject member = web.getAsJsonArray("parts").get(0).getAsJsonObject();
        assertEquals("10.0.0.1:80", member.get("name").getAsString());
        assertEquals("rawBytesIn", StatusJson.camelCase("raw-bytes.in"));
    }

    @Test
    void tablesAreRowsInTextAndArraysInJson() {
        Status status = new Status(
                "/Common/web",
                Availability.UNKNOWN,
                true,
                "r",
                Map.of("fibres", List.of(Map.of("peer-name", "a"), Map.of("peer-name", "bbbbbbbbbbbb"))));
        String text = StatusText.of(pool(), status, "/Common", false);
        assertTrue(text.contains("Fibres\n  Peer Name\n  a\n  bbbbbbbbbbbb\n"), text);
        JsonArray rows = JsonParser.parseString(StatusJson.of(List.of(status), ""))
                .getAsJsonArray()
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("fibres");
        assertEquals(
                "bbbbbbbbbbbb", rows.get(1).getAsJsonObject().get("peerName").getAsString());
        assertTrue(StatusText.fields(pool(), status, "", false).contains("fibres.1.peer-name bbbbbbbbbbbb\n"));
    }

    @Test
    void aTableWithoutRowsIsLeftOutForPeople() {
        Status status = new Status("/Common/p", Availability.UNKNOWN, true, "r", Map.of("fibres", List.of()));
        assertFalse(StatusText.of(pool(), status, "/Common", false).contains("Fibres"));
        assertTrue(StatusJson.of(List.of(status), "").contains("\"fibres\""));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "999, 999",
        "1000, 1.0K",
        "36200, 36.2K",
        "7800000, 7.8M",
        "999949, 999.9K",
        "999950, 1.0M",
        "999999, 1.0M",
        "999999999, 1.0G",
        "-36200, -36.2K",
        "9223372036854775807, 9.2E"
    })
    void countersAreScaled(long counter, String text) {
        assertEquals(text, StatusText.scaled(counter));
    }

    @Test
    void theManualHasEveryKindAndProperty() {
        String manual = ManualWriter.write(bench.configuration.kinds());
        for (KindDescriptor kind : bench.configuration.kinds()) {
            assertTrue(manual.contains("\n## " + kind.name() + "\n\n" + kind.help() + "."), kind.name());
            for (PropertyDescriptor property : kind.properties()) {
                assertTrue(manual.contains("| `" + property.name() + "` | "), property.name());
                for (PropertyDescriptor inner : property.properties()) {
                    assertTrue(manual.contains("| `" + inner.name() + "` | "), inner.name());
                }
            }
        }
        assertTrue(manual.contains("\nEach of `members`:\n"));
        assertTrue(manual.contains("The appliance. There is exactly one.\n"));
        assertTrue(manual.contains("| Name\\|s |"), "a bar in a cell");
        assertTrue(manual.contains("| `ratio` | a whole number from 1 to 100 | `1` | Weight |"));
    }
}
