package org.ferrule.net.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;
import java.util.Set;
import org.ferrule.stream.HandedListeners;
import org.ferrule.stream.Listener;
import org.ferrule.stream.ListeningSocket;
import org.ferrule.stream.Network;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Listening sockets that go from one version of the module to the next. */
@Timeout(30)
class HandOverTest {
    private final Lab before = new Lab();
    private final Lab after = new Lab();

    @AfterEach
    void end() throws Exception {
        before.close();
        after.close();
    }

    private static void echo(Lab lab, Listener listener) {
        listener.accept(Lab.SETTINGS, stream -> stream.handler(lab.new Echo()));
    }

    private static void says(Socket client, char letter) throws IOException {
        client.getOutputStream().write(letter);
        assertEquals(letter, client.getInputStream().read());
    }

    private static Listener bind(Network network) throws IOException {
        return network.listen("test", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @Test
    void whoeverCallsInBetweenIsTakenByTheNextNetworkAndTheFirstMayGo() throws Exception {
        Listener first = bind(before.network);
        echo(before, first);
        try (Socket old = Lab.connect(first)) {
            says(old, 'a');
            ListeningSocket socket = first.release().orElseThrow();
            try (Socket between = Lab.connect(first)) {
                between.getOutputStream().write('b');
                Listener second = after.network.adopt("test", socket);
                assertEquals(first.address(), second.address());
                echo(after, second);
                assertEquals('b', between.getInputStream().read());
                says(old, 'c');
                assertNotEquals(0, before.network.users());
                before.close();
                says(between, 'd');
                try (Socket late = Lab.connect(second)) {
                    says(late, 'e');
                }
            }
            assertThrows(
                    IOException.class, () -> old.getInputStream().read(), "what the first network opened ends with it");
        }
    }

    @Test
    void whatAnotherClaimsTooStays() throws Exception {
        Listener first = bind(before.network);
        Listener second = before.network.listen("test", first.address());
        echo(before, first);
        assertEquals(Optional.empty(), second.release());
        try (Socket client = Lab.connect(first)) {
            says(client, 'x');
        }
    }

    @Test
    void withoutANetworkClientsWait() throws Exception {
        HandedListeners<String> listeners = new HandedListeners<>("test");
        listeners.network(before.network);
        Listener first = listeners.open("a", HandOverTest::bind);
        echo(before, first);
        listeners.network(null);
        assertEquals(Set.of(), listeners.open().keySet());
        assertTrue(listeners.bound("a"));
        before.close();
        try (Socket client = Lab.connect(first)) {
            client.getOutputStream().write('w');
            listeners.network(after.network);
            Listener second = listeners.open("a", network -> {
                throw new IOException("it is bound already");
            });
            echo(after, second);
            assertEquals('w', client.getInputStream().read());
        }
    }

    @Test
    void whatIsNotWantedAnyMoreIsClosedBeItOpenOrParked() throws Exception {
        HandedListeners<String> listeners = new HandedListeners<>("test");
        listeners.network(before.network);
        Listener open = listeners.open("open", HandOverTest::bind);
        listeners.closeUnless(key -> false);
        assertThrows(ConnectException.class, () -> Lab.connect(open).close());
        Listener parked = listeners.open("parked", HandOverTest::bind);
        listeners.network(null);
        listeners.closeUnless(key -> false);
        assertFalse(listeners.bound("parked"));
        // The selector that it was registered with lets go of it when it selects next.
        before.network.loops().forEach(loop -> loop.execute(() -> {}));
        before.close();
        assertThrows(ConnectException.class, () -> Lab.connect(parked).close());
    }
}
