package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;
import org.ferrule.lab.Fetch;
import org.ferrule.lab.Origin;
import org.ferrule.lab.Ports;
import org.ferrule.lab.Sites;
import org.ferrule.lab.Tmsh;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two appliances whose fibres lead to the ports that clients call. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class TransparencyIT {
    @TempDir
    static Path folder;

    private Sites sites;
    private Origin origin;
    private Path file;

    @BeforeAll
    void join() throws IOException {
        file = TestFiles.text(folder.resolve("text"), 300_000);
        sites = Sites.onFreePorts(folder);
        origin = sites.origin(Map.of("/text", file));
        sites.start().configure(command -> {});
        sites.awaitTunnel(true);
        Sites.awaitPool(sites.dc(), "web_pool");
    }

    @AfterAll
    void part() {
        sites.close();
        origin.close();
    }

    /** What an appliance shows of the fibres to a further port. */
    private static Optional<JsonObject> shown(Appliance appliance, int port) {
        try (Tmsh tmsh = appliance.ssh()) {
            for (JsonElement endpoint : tmsh.json("show wom remote-endpoint").getAsJsonArray()) {
                JsonElement ports = endpoint.getAsJsonObject().get("transparentPorts");
                if (ports != null && ports.isJsonArray()) {
                    Optional<JsonObject> found = StreamSupport.stream(
                                    ports.getAsJsonArray().spliterator(), false)
                            .map(JsonElement::getAsJsonObject)
                            .filter(row -> row.get("port").getAsInt() == port)
                            .findFirst();
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private void fetch() {
        assertEquals("origin", Fetch.compare(sites.web(), "/text", file).servedBy());
    }

    @Test
    void flowsArriveOnThePortThatTheirClientsCalled() {
        int called = sites.web().getPort();
        try (Tmsh branch = sites.branch().ssh();
                Tmsh dc = sites.dc().ssh()) {
            // Somebody else has it at first.
            String held = Sites.DC + ":" + Ports.free(Sites.DC, called);
            assertEquals(Sites.DC + ":" + called, held, "the port is free at the data centre");
            dc.must("create ltm virtual holder destination " + held);
            dc.must("modify wom profile isession isession port-transparency enabled");
            branch.must("modify wom profile isession to_dc port-transparency enabled");
            dc.must("modify wom local-endpoint transparent-ports add { " + called + " }");
            String local = dc.must("show wom local-endpoint");
            assertTrue(local.contains(held) && local.contains("in use"), local);
            fetch();
            assertTrue(shown(sites.branch(), called).isEmpty(), "nobody listens there yet");
            dc.must("delete ltm virtual holder");
            Await.until("a fibre to the port that is called", () -> {
                fetch();
                return shown(sites.branch(), called)
                        .filter(row -> row.get("fibres").getAsInt() > 0)
                        .isPresent();
            });
            assertTrue(shown(sites.dc(), called).isPresent(), "it arrives there");
            String options = branch.must("show wom remote-endpoint");
            assertTrue(options.matches("(?s).*port-transparency +enabled +enabled +yes.*"), options);
            branch.must("modify wom profile isession to_dc port-transparency disabled");
            Await.until(
                    "the fibres to the port are gone",
                    () -> shown(sites.branch(), called).isEmpty()
                            && shown(sites.dc(), called).isEmpty());
            fetch();
        }
    }
}
