package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.ferrule.lab.Fetch;
import org.ferrule.lab.Origin;
import org.ferrule.lab.Sites;
import org.ferrule.lab.Tmsh;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A recording of an appliance's flight recorder tells of connections, flows and tunnels, by events that bundles bring. */
@Timeout(240)
class FlightIT {
    private static final int SIZE = 1_000_000;

    @TempDir
    static Path folder;

    private static RecordedEvent last(List<RecordedEvent> events, String name) {
        List<RecordedEvent> those = events.stream()
                .filter(event -> event.getEventType().getName().equals("org.ferrule." + name))
                .toList();
        assertTrue(!those.isEmpty(), "no event of " + name);
        return those.get(those.size() - 1);
    }

    @Test
    void whatCrossesATunnelIsRecorded() throws IOException {
        Path file = TestFiles.text(folder.resolve("text"), SIZE);
        try (Sites sites = Sites.onFreePorts(folder);
                Origin origin = sites.origin(Map.of("/text", file))) {
            sites.start().configure(command -> {});
            sites.awaitTunnel(true);
            Sites.awaitPool(sites.dc(), "web_pool");
            try (Tmsh branch = sites.branch().ssh()) {
                branch.must("run sys flight-recording seconds 3600");
                assertTrue(branch.run("run sys flight-recording").err().contains("already"));
                assertEquals("origin", Fetch.compare(sites.web(), "/text", file).servedBy());
                sites.dc().kill();
                sites.awaitTunnel(false);
                String stopped = branch.must("run sys flight-recording stop");
                Path recording = Path.of(stopped.substring(stopped.indexOf('/')).strip());
                assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(recording)));
                check(RecordingFile.readAllEvents(recording));
            }
        }
    }

    private static void check(List<RecordedEvent> events) {
        RecordedEvent flow = last(events, "Flow");
        assertTrue(flow.getBoolean("openedHere"));
        assertTrue(flow.getString("endpoint").contains("dc"), flow.toString());
        assertTrue(flow.getLong("rawBytesIn") > SIZE, flow.toString());
        assertTrue(flow.getLong("encodedBytesIn") > 0 && flow.getLong("encodedBytesIn") < SIZE, flow.toString());
        RecordedEvent connection = last(events, "Connection");
        assertEquals("/Common/web", connection.getString("virtualServer"));
        assertEquals("tunnel", connection.getString("server"));
        assertEquals(flow.getString("client"), connection.getString("client"));
        assertEquals(flow.getLong("rawBytesIn"), connection.getLong("bytesToClient"));
        RecordedEvent tunnel = last(events, "Tunnel");
        assertTrue(!tunnel.getBoolean("up") && tunnel.getBoolean("dialledHere"), tunnel.toString());
        assertTrue(!tunnel.getString("reason").isEmpty(), tunnel.toString());
    }
}
