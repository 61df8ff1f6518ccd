package org.ferrule.virtual.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.ferrule.config.kind.Addresses;
import org.ferrule.config.kind.Subnet;
import org.junit.jupiter.api.Test;

class DestinationTest {
    private static Destination of(String endpoint, String mask) {
        return Destination.of(Addresses.endpoint(endpoint), mask);
    }

    @Provide
    Arbitrary<InetAddress> addresses() {
        return Arbitraries.oneOf(bytes(4), bytes(16))
                .map(DestinationTest::address)
                // Those that stand for IPv4 become it.
                .filter(address -> !address.isAnyLocalAddress());
    }

    private static Arbitrary<byte[]> bytes(int length) {
        return Arbitraries.bytes().array(byte[].class).ofSize(length);
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Property
    void whatIsWrittenIsReadAgain(
            @ForAll("addresses") InetAddress any,
            @ForAll @IntRange(min = 1, max = 128) int length,
            @ForAll @IntRange(max = 65535) int port) {
        int prefix = Math.min(length, Subnet.bits(any));
        Subnet network = new Subnet(any, prefix);
        if (network.address().isAnyLocalAddress()) {
            return;
        }
        Destination written = new Destination(network, port);
        String[] parts = written.text().split(" mask ");
        assertEquals(written, of(parts[0], parts.length > 1 ? parts[1] : null));
        assertEquals(written, of(written.endpoint(), network.mask()));
        assertEquals(written, of(written.endpoint(), "/" + prefix));
        assertTrue(network.contains(any));
        assertEquals(1 + prefix, network.closeness(any));
        byte[] other = any.getAddress();
        other[(prefix - 1) / 8] ^= (byte) (0x80 >> (prefix - 1) % 8);
        assertFalse(network.contains(address(other)), "it differs in the prefix's last bit");
    }

    @Test
    void anyIncludesIpv6AndAny6IsCloserToIt() throws UnknownHostException {
        Subnet any = of("any:80", null).network();
        Subnet any6 = of("any6.80", "any6").network();
        InetAddress six = InetAddress.getByName("2001:db8::1");
        InetAddress four = InetAddress.getByName("192.0.2.1");
        assertTrue(any.closeness(six) >= 0);
        assertTrue(any6.closeness(six) > any.closeness(six));
        assertFalse(any6.contains(four));
        assertEquals("any6.80", of("::.80", "/0").text());
        assertEquals("any:0", of("0.0.0.0:any", "any").text());
    }

    @Test
    void aHostHasNoMaskInItsText() {
        assertEquals("10.0.0.1:80", of("10.0.0.1:80", "255.255.255.255").text());
        assertEquals("10.1.0.0:0 mask 255.255.0.0", of("10.1.0.0:any", "/16").text());
        assertEquals(
                "2001:db8::.80 mask ffff:ffff::", of("2001:db8::.80", "/32").text());
        assertEquals(
                new InetSocketAddress("2001:db8::", 80).getAddress(),
                of("2001:db8::.80", "/32").address());
    }
}
