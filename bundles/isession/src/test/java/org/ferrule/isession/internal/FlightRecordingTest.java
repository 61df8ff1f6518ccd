package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import org.ferrule.testing.FlightRecording;
import org.junit.jupiter.api.Test;

/** What the flight recorder is told of flows and tunnels, and that it costs no object while nobody records. */
class FlightRecordingTest {
    private static final int BLOCK = 100_000;

    @Test
    void aFlowIsToldOfAtBothEndsWhenItIsOver() throws IOException {
        Joined joined = new Joined(Joined.RUNS, Joined.RUNS).greet();
        try (FlightRecording recording = new FlightRecording("org.ferrule.Flow")) {
            Opened opened = joined.open();
            opened.write(Bytes.same(BLOCK, 1));
            opened.stream.shutdownOutput();
            joined.loop.run();
            joined.accepted(0).write(ByteBuffer.wrap(Bytes.same(10, 1)));
            joined.accepted(0).shutdownOutput();
            joined.loop.run();
            List<RecordedEvent> events = recording.events();
            assertEquals(2, events.size());
            RecordedEvent near = one(events, true);
            RecordedEvent far = one(events, false);
            for (RecordedEvent event : events) {
                assertEquals("peer", event.getString("endpoint"));
                assertEquals("198.51.100.7:40000", event.getString("client"));
                assertEquals("203.0.113.9:80", event.getString("destination"));
                assertEquals("both sides ended", event.getString("reason"));
                assertTrue(event.getDuration().compareTo(Duration.ZERO) > 0);
            }
            assertEquals(BLOCK, near.getLong("rawBytesOut"));
            assertEquals(10, near.getLong("rawBytesIn"));
            assertEquals(BLOCK, far.getLong("rawBytesIn"));
            assertEquals(10, far.getLong("rawBytesOut"));
            long encoded = near.getLong("encodedBytesOut");
            assertEquals(joined.nearOwner.stats.encodedOut.sum(), encoded);
            assertTrue(encoded > 0 && encoded < BLOCK, encoded + " bytes");
            assertEquals(encoded, far.getLong("encodedBytesIn"));
            assertEquals(far.getLong("encodedBytesOut"), near.getLong("encodedBytesIn"));
        }
    }

    private static RecordedEvent one(List<RecordedEvent> events, boolean openedHere) {
        List<RecordedEvent> those = events.stream()
                .filter(event -> event.getBoolean("openedHere") == openedHere)
                .toList();
        assertEquals(1, those.size());
        return those.get(0);
    }

    @Test
    void howAFlowEndedIsTold() throws IOException {
        Joined joined = new Joined().greet();
        try (FlightRecording recording = new FlightRecording("org.ferrule.Flow")) {
            joined.open().flow().fail("enough");
            joined.loop.run();
            joined.open();
            joined.near.stop("maintenance");
            joined.loop.run();
            assertEquals(
                    List.of(
                            "reset at this end: enough",
                            "reset by the far end: enough",
                            "reset by the far end: maintenance",
                            "reset by the far end: the peer ended the tunnel: maintenance"),
                    recording.events().stream()
                            .map(event -> event.getString("reason"))
                            .toList());
        }
    }

    @Test
    void nothingIsMadeUnlessSomebodyRecords() {
        assertNull(FlowEvent.begun());
        assertNull(DictionaryStallEvent.begun());
    }

    @Test
    void aTunnelIsToldOfWhenItsFirstFibreComesAndWhenItsLastGoes() throws IOException {
        TunnelRig rig = new TunnelRig();
        Endpoint endpoint = rig.endpoint();
        try (FlightRecording recording = new FlightRecording("org.ferrule.Tunnel")) {
            endpoint.start();
            rig.loop.run();
            Fibre far = rig.answer(new FakeOwner());
            far.stop("maintenance");
            rig.loop.run();
            while (rig.wan.waiting().isEmpty()) {
                rig.pass(1);
            }
            rig.wan.next().refuse("connection refused");
            rig.loop.run();
            List<RecordedEvent> events = recording.events();
            assertEquals(
                    List.of("true ", "false the peer ended the tunnel: maintenance"),
                    events.stream()
                            .map(event -> event.getBoolean("up") + " " + event.getString("reason"))
                            .toList());
            events.forEach(event -> {
                assertEquals("dc", event.getString("endpoint"));
                assertTrue(event.getBoolean("dialledHere"));
            });
        }
    }

    @Test
    void aTunnelThatIsNotWantedAnyMoreIsDown() throws IOException {
        TunnelRig rig = new TunnelRig();
        Endpoint endpoint = rig.endpoint();
        try (FlightRecording recording = new FlightRecording("org.ferrule.Tunnel")) {
            endpoint.start();
            rig.loop.run();
            rig.answer(new FakeOwner());
            endpoint.stop("the profile was deleted");
            rig.loop.run();
            List<RecordedEvent> events = recording.events();
            assertEquals(2, events.size());
            assertEquals("the profile was deleted", events.get(1).getString("reason"));
        }
    }
}
