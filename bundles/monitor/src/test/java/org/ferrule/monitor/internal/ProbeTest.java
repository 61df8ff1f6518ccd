package org.ferrule.monitor.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.ferrule.testing.FakeNetwork;
import org.ferrule.testing.Peer;
import org.junit.jupiter.api.Test;

class ProbeTest {
    private final FakeNetwork network = new FakeNetwork();
    private final List<String> results = new ArrayList<>();

    ProbeTest() {
        network.loop.eager();
    }

    private FakeNetwork.Dialled probe(Probing probing) {
        Probe.start(network, network.loop, new InetSocketAddress("10.0.0.1", 80), probing, results::add);
        return network.next();
    }

    private Peer server(Probing probing) {
        return new Peer(probe(probing).take());
    }

    private static Probing tcp(String send, String recv) {
        return Probing.of(new TcpMonitor("/Common/tcp", null, 5, 16, 0, send, recv));
    }

    private static Probing http(String send, String recv) {
        return Probing.of(new HttpMonitor("/Common/http", null, 5, 16, 0, send, recv));
    }

    @Test
    void tcpIsContentWithAConnectionAndEndsItInGoodOrder() {
        Peer connection = server(tcp(null, null));
        assertEquals(List.of(""), results);
        assertEquals("", connection.text());
        assertTrue(connection.inputEnded());
        assertFalse(connection.wasReset());
        network.loop.pass(Duration.ofSeconds(1));
        assertTrue(connection.wasReset(), "a server that does not end it does not keep it");
    }

    @Test
    void tcpSendsAndLooksForItsAnswer() {
        Peer connection = server(tcp("PING\\r\\n", "PO.G"));
        assertEquals("PING\r\n", connection.text());
        connection.send("+PO");
        assertEquals(List.of(), results);
        connection.send("NG");
        assertEquals(List.of(""), results);
        assertTrue(connection.wasReset());
    }

    @Test
    void escapesOfTheSendStringAreBytes() {
        assertEquals(
                "GET / HTTP/1.1\r\nA:\tb\r\n\r\n",
                server(http("GET / HTTP/1.1\\r\\nA:\\tb\\r\\n\\r\\n", null)).text());
    }

    @Test
    void aRequestEndsWithAnEmptyLineHoweverItWasTyped() {
        for (String typed : List.of("GET /", "GET /\\r\\n", "GET /\\r\\n\\r\\n")) {
            assertEquals("GET /\r\n\r\n", server(http(typed, null)).text());
        }
    }

    @Test
    void httpWithoutRecvIsContentWithAnyAnswer() {
        Peer connection = server(http("GET /\\r\\n", null));
        assertEquals(List.of(), results, "a connection alone is not enough");
        connection.send("HTTP/1.1 500 Oops\r\n");
        assertEquals(List.of(""), results);
    }

    @Test
    void httpFindsItsTextAcrossPieces() {
        Peer connection = server(http("GET /\\r\\n", "200 OK[\\s\\S]*ready"));
        for (char c : "HTTP/1.1 200 OK\r\n\r\nready".toCharArray()) {
            connection.send(String.valueOf(c));
        }
        assertEquals(List.of(""), results);
    }

    @Test
    void anAnswerWithoutTheTextIsBad() {
        Peer connection = server(http("GET /\\r\\n", "200 OK"));
        connection.send("HTTP/1.1 503 Service Unavailable\r\n\r\n");
        connection.stream.shutdownOutput();
        assertEquals(List.of("the answer does not contain \"200 OK\""), results);
    }

    @Test
    void anEndOrAResetInsteadOfAnAnswerIsBad() {
        server(http("GET /\\r\\n", null)).stream.shutdownOutput();
        server(http("GET /\\r\\n", null)).stream.reset();
        assertEquals(List.of("the connection was ended without an answer", "the connection was reset"), results);
    }

    @Test
    void aConnectionThatCannotBeOpenedIsBad() {
        probe(tcp(null, null)).refuse("10.0.0.1:80: connection refused");
        assertEquals(List.of("10.0.0.1:80: connection refused"), results);
        assertEquals(0, network.loop.timers());
    }

    @Test
    void silenceIsBadAfterTheInterval() {
        Peer connection = server(http("GET /\\r\\n", null));
        network.loop.pass(Duration.ofMillis(4999));
        assertEquals(List.of(), results);
        network.loop.pass(Duration.ofMillis(1));
        assertEquals(List.of("no answer within 5 s"), results);
        assertTrue(connection.wasReset());
    }

    @Test
    void aConnectionThatOpensTooLateIsReset() {
        FakeNetwork.Dialled connection = probe(tcp(null, null));
        network.loop.pass(Duration.ofSeconds(5));
        assertTrue(new Peer(connection.take()).wasReset());
        assertEquals(List.of("no answer within 5 s"), results);
    }

    @Test
    void anAnswerIsSearchedForItsFirst64KilobytesOnly() {
        Peer connection = server(http("GET /\\r\\n", "needle"));
        byte[] hay = new byte[1 << 12];
        int pieces = 0;
        while (!connection.wasReset() && pieces < 1000) {
            connection.send(hay);
            pieces++;
        }
        assertEquals(16, pieces);
        assertEquals(List.of("the answer does not contain \"needle\""), results);
    }

    @Property(tries = 300, seed = "4711")
    void whateverAServerAnswersThereIsOneResultAndItIsRight(
            @ForAll @Size(max = 40) List<byte[]> pieces, @ForAll boolean few, @ForAll boolean cut) {
        List<String> told = new ArrayList<>();
        FakeNetwork net = new FakeNetwork();
        net.loop.eager();
        Probe.start(net, net.loop, new InetSocketAddress("10.0.0.1", 80), http("GET /\\r\\n", "a\\x00?b"), told::add);
        Peer connection = new Peer(net.next().take());
        StringBuilder all = new StringBuilder();
        for (byte[] piece : pieces) {
            for (int i = 0; few && i < piece.length; i++) {
                piece[i] = (byte) "ab\0c".charAt(piece[i] & 3);
            }
            connection.send(piece);
            all.append(new String(piece, StandardCharsets.ISO_8859_1));
        }
        if (!connection.wasReset() && cut) {
            connection.stream.reset();
        } else {
            connection.stream.shutdownOutput();
        }
        net.loop.run();
        net.loop.pass(Duration.ofSeconds(10));
        assertEquals(1, told.size());
        boolean contained = all.indexOf("ab") >= 0 || all.indexOf("a\0b") >= 0;
        assertEquals(contained, told.get(0).isEmpty(), told.get(0));
        assertEquals(0, net.loop.timers());
    }
}
