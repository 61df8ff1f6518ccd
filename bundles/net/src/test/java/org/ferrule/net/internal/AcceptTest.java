package org.ferrule.net.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.ferrule.memory.MemoryBudget;
import org.ferrule.stream.Listener;
import org.ferrule.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Accepting when the kernel has no file descriptor left. */
@Timeout(30)
class AcceptTest {
    private static final int FAILURES = 5;

    @Test
    void itIsTriedAgainAfterAWhileUntilThereAreDescriptors() throws Exception {
        AtomicInteger tried = new AtomicInteger();
        LoopGroup group = new LoopGroup(null, MemoryBudget.ofProcess());
        Listeners listeners = new Listeners(group, from -> {
            if (tried.incrementAndGet() <= FAILURES) {
                throw new IOException("Too many open files");
            }
            return from.accept();
        });
        CompletableFuture<Stream> accepted = new CompletableFuture<>();
        try {
            Listener listener = listeners.listen(
                    "test", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Optional.empty());
            listener.accept(Lab.SETTINGS, accepted::complete);
            long start = System.nanoTime();
            try (Socket socket = Lab.connect(listener)) {
                accepted.get(20, TimeUnit.SECONDS);
                // A timer is never early: whoever spins has failed five times within a millisecond.
                long least = FAILURES * Listeners.BACK_OFF.toNanos();
                assertTrue(System.nanoTime() - start >= least, "it did not wait between attempts");
            }
        } finally {
            listeners.close();
            group.close();
        }
    }

    @Test
    void aRunOfFailuresIsToldOfOnceAndCounted() {
        AtomicLong clock = new AtomicLong();
        AcceptFailures failures = new AcceptFailures(clock::get);
        assertEquals(0, failures.accepted());
        assertTrue(failures.failed());
        assertFalse(failures.failed());
        // One was freed, was taken, and there is none again: it is the same run.
        assertEquals(0, failures.accepted());
        clock.addAndGet(AcceptFailures.CALM - 1);
        assertEquals(0, failures.accepted());
        assertFalse(failures.failed());
        clock.addAndGet(AcceptFailures.CALM);
        assertEquals(3, failures.accepted());
        assertEquals(0, failures.accepted());
        assertTrue(failures.failed());
    }

    @Test
    void connectionsWaitForWhoeverWillWantThem() throws Exception {
        try (Lab lab = new Lab()) {
            Listener first = lab.network.listen("test", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Listener second = lab.network.listen("test", first.address());
            second.accept(Lab.SETTINGS, stream -> stream.handler(lab.new Echo()));
            second.close();
            try (Socket socket = Lab.connect(first)) {
                socket.getOutputStream().write("w".getBytes());
                first.accept(Lab.SETTINGS, stream -> stream.handler(lab.new Echo()));
                assertEquals('w', socket.getInputStream().read());
            }
        }
    }
}
