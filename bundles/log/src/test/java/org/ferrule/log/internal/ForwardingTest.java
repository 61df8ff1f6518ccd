package org.ferrule.log.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.ferrule.log.internal.Syslog.Level;
import org.ferrule.log.internal.Syslog.RemoteServer;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.stream.Network;
import org.ferrule.testing.FakeNetwork;
import org.ferrule.testing.FakeStream;
import org.ferrule.testing.Peer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One server: what is sent to it, what waits, what is dropped, and how it is found again. */
class ForwardingTest {
    private final FakeNetwork network = new FakeNetwork();
    private Optional<Network> there = Optional.of(network);
    private Forwarding forwarding;

    @BeforeEach
    void make() throws UnknownHostException {
        forwarding = make("none");
    }

    private Forwarding make(String profile) throws UnknownHostException {
        RemoteServer server = new RemoteServer(InetAddress.getByName("192.0.2.9"), 601, profile, Level.INFORMATIONAL);
        return new Forwarding("logs", server, () -> there, Optional::empty, network.loop::schedule);
    }

    @AfterEach
    void close() {
        forwarding.close();
        network.loop.run();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void offer(String text) {
        forwarding.offer(6, bytes(text));
        network.loop.run();
    }

    private Peer connect() {
        forwarding.dial();
        network.loop.run();
        return take();
    }

    private Peer take() {
        FakeStream server = network.next().take();
        Peer peer = new Peer(server);
        network.loop.run();
        return peer;
    }

    private Status status() {
        return forwarding.status().status();
    }

    private Object value(String name) {
        return status().values().get(name);
    }

    @Test
    void whatIsLoggedIsSentInOrder() {
        offer("one ");
        Peer peer = connect();
        offer("two");
        assertEquals("one two", peer.text());
        assertEquals(2L, value("messages-sent"));
        assertEquals(0L, value("messages-waiting"));
        assertEquals(Availability.AVAILABLE, status().availability());
    }

    @Test
    void whatIsNotImportantEnoughIsNotSent() {
        Peer peer = connect();
        forwarding.offer(7, bytes("debug"));
        forwarding.offer(3, bytes("error"));
        network.loop.run();
        assertEquals("error", peer.text());
    }

    @Test
    void aServerThatWentIsDialledAgain() {
        Peer peer = connect();
        peer.stream.reset();
        network.loop.run();
        assertEquals(Availability.OFFLINE, status().availability());
        offer("later");
        network.loop.pass(Duration.ofSeconds(1));
        assertEquals("later", take().text());
        assertEquals(2L, value("connections"));
    }

    @Test
    void aServerThatRefusesIsAskedLessAndLessOften() {
        forwarding.dial();
        network.loop.run();
        int before = network.dialled().size();
        for (int i = 0; i < 600; i++) {
            network.waiting().forEach(dialled -> dialled.refuse("connection refused"));
            network.loop.pass(Duration.ofSeconds(1));
        }
        int tries = network.dialled().size() - before;
        assertTrue(tries >= 18 && tries <= 26, tries + " tries in ten minutes");
        assertTrue(status().reason().contains("connection refused"), status().reason());
    }

    @Test
    void whatFindsNoRoomIsDroppedAndCounted() {
        for (int i = 0; i < Outbox.MAX_MESSAGES + 5; i++) {
            forwarding.offer(6, bytes("x"));
        }
        assertEquals(5L, value("messages-dropped"));
        assertEquals((long) Outbox.MAX_MESSAGES, value("messages-waiting"));
        assertEquals(Outbox.MAX_MESSAGES, connect().bytes().length);
        assertEquals(5L, value("messages-dropped"));
    }

    @Test
    void largeMessagesAreBoundedByTheirBytes() {
        byte[] large = new byte[SyslogMessage.MAX_BYTES];
        int room = Outbox.MAX_BYTES / large.length;
        for (int i = 0; i < room + 3; i++) {
            forwarding.offer(6, large);
        }
        assertEquals(3L, value("messages-dropped"));
        assertEquals((long) room, value("messages-waiting"));
    }

    @Test
    void aServerThatDoesNotReadFillsTheQueueAndNothingElse() {
        forwarding.dial();
        network.loop.run();
        FakeStream server = network.next().take();
        server.suspendRead();
        network.loop.run();
        byte[] large = new byte[SyslogMessage.MAX_BYTES];
        for (int i = 0; i < 2000; i++) {
            forwarding.offer(6, large);
            network.loop.run();
        }
        assertTrue((Long) value("messages-dropped") > 1000, String.valueOf(value("messages-dropped")));
        assertTrue((Long) value("messages-waiting") <= Outbox.MAX_BYTES / large.length);
    }

    @Test
    void aProfileThatCannotBeHadNeverSendsInTheClear() throws Exception {
        forwarding = make("/Common/logs");
        forwarding.offer(6, bytes("secret"));
        Peer peer = connect();
        assertEquals("", peer.text());
        assertTrue(status().reason().contains("/Common/logs is disabled"), status().reason());
    }

    @Test
    void itWaitsForANetwork() {
        there = Optional.empty();
        forwarding.dial();
        offer("early");
        there = Optional.of(network);
        forwarding.dialAgain();
        network.loop.run();
        assertEquals("early", take().text());
    }

    /** The network's own timers would be gone with it. */
    @Test
    void aNetworkThatIsReplacedLosesNoServer() {
        Peer peer = connect();
        there = Optional.empty();
        peer.stream.reset();
        network.loop.pass(Duration.ofSeconds(5));
        offer("meanwhile");
        there = Optional.of(network);
        forwarding.dialAgain();
        network.loop.run();
        assertEquals("meanwhile", take().text());
    }

    @Test
    void onceClosedItDialsNoMore() {
        Peer peer = connect();
        forwarding.close();
        network.loop.pass(Duration.ofSeconds(60));
        assertTrue(peer.inputEnded() || peer.stream.closed());
        assertEquals(1, network.dialled().size());
    }
}
