package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class GreetingTest {
    private static Greeting read(Map<String, String> pairs) throws ProtocolError {
        ByteBuffer frame = ByteBuffer.allocate(Protocol.HEADER + Protocol.MOST_PAYLOAD);
        Frames.pairs(frame, FrameType.HELLO, 0, 0, pairs);
        return Greeting.of(frame.flip().position(Protocol.HEADER));
    }

    @Test
    void whatIsSaidIsRead() throws ProtocolError {
        Greeting greeting =
                read(Map.of("device", "dc", "histories", "64", "endpoints", "192.0.2.1:4443 2001:db8::1.443"));
        assertEquals(
                new Greeting(
                        "dc",
                        64,
                        List.of(new InetSocketAddress("192.0.2.1", 4443), new InetSocketAddress("2001:db8::1", 443))),
                greeting);
        assertEquals(Greeting.NONE, read(Map.of()));
    }

    @Test
    void whatIsNoEndpointIsLeftOut() throws ProtocolError {
        String text = "  dc.example:443 192.0.2.1 192.0.2.1:0 192.0.2.1:65536 any:443   192.0.2.1:443 :1 . ";
        List<InetSocketAddress> endpoints = read(Map.of("endpoints", text)).endpoints();
        assertEquals(2, endpoints.size(), endpoints.toString());
        assertTrue(endpoints.get(0).getAddress().isAnyLocalAddress());
        assertEquals(new InetSocketAddress("192.0.2.1", 443), endpoints.get(1));
    }

    /** The most, and the longest, must fit a value. */
    @Property
    void endpointsAreReadBack(
            @ForAll @Size(min = 1, max = 40) Set<@Size(16) List<Byte>> addresses, @ForAll("ports") int port)
            throws UnknownHostException, ProtocolError {
        List<InetSocketAddress> endpoints = new ArrayList<>();
        for (List<Byte> bytes : addresses) {
            byte[] address = new byte[16];
            for (int i = 0; i < 16; i++) {
                address[i] = bytes.get(i);
            }
            endpoints.add(new InetSocketAddress(InetAddress.getByAddress(address), port));
        }
        List<InetSocketAddress> read =
                read(Map.of("endpoints", Greeting.text(endpoints))).endpoints();
        assertEquals(Math.min(Greeting.MOST_ENDPOINTS, endpoints.size()), read.size());
        assertTrue(endpoints.containsAll(read));
    }

    @net.jqwik.api.Provide
    net.jqwik.api.Arbitrary<Integer> ports() {
        return net.jqwik.api.Arbitraries.integers().between(1, 65535);
    }

    /** Whatever a peer says, it is read to a bounded list or is a breach. */
    @Property
    void anyTextIsRead(
            @ForAll @StringLength(max = 300) @CharRange(from = ' ', to = 'g') String text,
            @ForAll @StringLength(max = 300) String other)
            throws ProtocolError {
        assertTrue(read(Map.of("endpoints", text)).endpoints().size() <= Greeting.MOST_ENDPOINTS);
        assertTrue(read(Map.of("endpoints", other)).endpoints().size() <= Greeting.MOST_ENDPOINTS);
    }
}
