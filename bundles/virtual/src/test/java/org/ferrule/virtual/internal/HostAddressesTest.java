package org.ferrule.virtual.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HostAddressesTest {
    private final AtomicLong now = new AtomicLong();
    private final List<Runnable> later = new ArrayList<>();
    private final HostAddresses host = new HostAddresses(now::get, later::add);

    @Test
    void whatThisHostHasIsKnownAndNothingElse() throws Exception {
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            each.inetAddresses().forEach(address -> assertTrue(host.contains(address)));
        }
        assertTrue(host.contains(InetAddress.getByName("127.99.1.2")));
        assertTrue(host.contains(InetAddress.getByName("::")));
        assertFalse(host.contains(InetAddress.getByName("192.0.2.77")));
        assertEquals(List.of(), later, "they are fresh");
    }

    @Test
    void oldOnesAreReadAgainElsewhereAndOnce() throws Exception {
        InetAddress other = InetAddress.getByName("192.0.2.77");
        now.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertFalse(host.contains(other));
        assertFalse(host.contains(other));
        assertEquals(1, later.size());
        later.remove(0).run();
        assertFalse(host.contains(other));
        assertEquals(0, later.size(), "they are fresh again");
    }
}
