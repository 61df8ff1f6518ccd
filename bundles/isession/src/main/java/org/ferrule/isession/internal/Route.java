package org.ferrule.isession.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import org.ferrule.config.kind.Subnet;
import org.ferrule.isession.internal.ProtocolError.Rule;

/**
 * A subnet that an appliance says it can serve, and how that is told to peers.
 *
 * @param subnet where it leads
 * @param metric what it costs; not negative
 * @param include whether traffic to it goes through tunnels
 * @param label for people; "" for none
 * @param found whether server-discovery found it: that such routes are told does not mean that all are
 */
record Route(Subnet subnet, int metric, boolean include, String label, boolean found) {
    /** The most specific first, then those that lead through tunnels, then the cheapest. */
    static final Comparator<Route> BEST_FIRST = Comparator.comparingInt(
                    (Route route) -> -route.subnet().prefix())
            .thenComparing(route -> !route.include())
            .thenComparingInt(Route::metric);

    private static final int IPV4 = 4;
    private static final int IPV6 = 16;
    private static final int INCLUDE = 0x01;
    private static final int FOUND = 0x02;

    /** The longest label, in bytes. */
    static final int MOST_LABEL = 255;

    /** The most that {@link #put} writes. */
    static final int SIZE = 1 + IPV6 + 1 + 4 + 1 + 1 + MOST_LABEL;

    /** A route that somebody configured. */
    Route(Subnet subnet, int metric, boolean include, String label) {
        this(subnet, metric, include, label, false);
    }

    boolean betterThan(Route other) {
        return BEST_FIRST.compare(this, other) < 0;
    }

    void put(ByteBuffer to) {
        byte[] address = subnet.address().getAddress();
        byte[] name = label.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(name.length, MOST_LABEL);
        to.put((byte) address.length).put(address).put((byte) subnet.prefix());
        to.putInt(metric)
                .put((byte) ((include ? INCLUDE : 0) | (found ? FOUND : 0)))
                .put((byte) length)
                .put(name, 0, length);
    }

    static Route read(ByteBuffer from) throws ProtocolError {
        Frames.need(from, 1);
        int length = from.get();
        if (length != IPV4 && length != IPV6) {
            throw new ProtocolError(Rule.FRAME_CONTENT, "a route's address of " + length + " bytes");
        }
        byte[] address = new byte[length];
        Frames.need(from, length + 1 + 4 + 1 + 1);
        from.get(address);
        int prefix = from.get() & 0xFF;
        int metric = from.getInt();
        int flags = from.get();
        int label = from.get() & 0xFF;
        Frames.need(from, label);
        String text = Frames.readText(from.slice(from.position(), label));
        from.position(from.position() + label);
        try {
            InetAddress first = InetAddress.getByAddress(address);
            if (metric < 0 || prefix > 8 * first.getAddress().length) {
                throw new ProtocolError(
                        Rule.FRAME_CONTENT, "a route with a prefix of " + prefix + " bits and the metric " + metric);
            }
            return new Route(new Subnet(first, prefix), metric, (flags & INCLUDE) != 0, text, (flags & FOUND) != 0);
        } catch (UnknownHostException e) {
            throw new ProtocolError(Rule.FRAME_CONTENT, "a route without an address");
        }
    }
}
