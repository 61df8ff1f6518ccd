package org.ferrule.config.kind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AddressesTest {
    @Test
    void addressesAreToldFromNames() {
        for (String address : List.of("10.0.0.1", "255.255.255.255", "any", "any6", "::", "::1", "2001:db8::1")) {
            assertTrue(Addresses.isAddress(address), address);
        }
        for (String name : List.of(
                "", "web", "10.0.0", "10.0.0.256", "10.0.0.1.1", "1:2", ":::", "2001:db8::g", ":", "a.b", "1")) {
            assertFalse(Addresses.isAddress(name), name);
            assertThrows(IllegalArgumentException.class, () -> Addresses.address(name));
        }
    }

    @Test
    void hostAndPortAreParted() {
        Map<String, List<String>> parts = Map.of(
                "10.0.0.1:80", List.of("10.0.0.1", "80"),
                "2001:db8::1.80", List.of("2001:db8::1", "80"),
                "web01:http", List.of("web01", "http"),
                "any:0", List.of("any", "0"),
                "any6.80", List.of("any6", "80"),
                "any6web:80", List.of("any6web", "80"),
                "web01", List.of("web01", ""),
                "::1", List.of("::1", ""));
        parts.forEach((endpoint, part) -> {
            assertEquals(part.get(0), Addresses.host(endpoint));
            assertEquals(part.get(1), Addresses.port(endpoint));
            if (!part.get(1).isEmpty()) {
                assertEquals(endpoint, Addresses.join(part.get(0), part.get(1)));
            }
        });
    }

    @Test
    void endpointsNeedAnAddressAndAPort() {
        assertEquals(new InetSocketAddress("0.0.0.0", 0), Addresses.endpoint("any:any"));
        assertEquals(new InetSocketAddress("::", 0), Addresses.endpoint("any6.any"));
        for (String wrong : List.of(
                "10.0.0.1", "10.0.0.1:", "10.0.0.1:65536", "10.0.0.1:x", "web:80", "::1.", ":80", "10.0.0.1:-1")) {
            assertThrows(IllegalArgumentException.class, () -> Addresses.endpoint(wrong), wrong);
        }
    }

    @Test
    void longRunsOfZerosAreLeftOut() throws UnknownHostException {
        Map<String, String> spellings = Map.of(
                "2001:0db8:0:0:0:0:0:1", "2001:db8::1",
                "::", "::",
                "1::", "1::",
                "::1", "::1",
                "1:0:2:0:3:0:4:0", "1:0:2:0:3:0:4:0",
                "1:0:0:2:0:0:0:3", "1:0:0:2::3",
                "FE80::A", "fe80::a");
        for (Map.Entry<String, String> spelling : spellings.entrySet()) {
            assertEquals(spelling.getValue(), Addresses.text(InetAddress.getByName(spelling.getKey())));
        }
    }

    @Property
    void endpointsAreReadAsTheyAreWritten(
            @ForAll @Size(16) byte[] long1, @ForAll @Size(4) byte[] short1, @ForAll @IntRange(max = 65535) int port)
            throws UnknownHostException {
        for (byte[] bytes : List.of(long1, short1)) {
            InetSocketAddress endpoint = new InetSocketAddress(InetAddress.getByAddress(bytes), port);
            assertEquals(endpoint, Addresses.endpoint(Addresses.text(endpoint)));
        }
    }
}
