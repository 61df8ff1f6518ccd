package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ferrule.config.kind.Subnet;
import org.ferrule.isession.internal.ProtocolError.Rule;
import org.junit.jupiter.api.Test;

class RoutesTest {
    private static Route route(String subnet, int metric) {
        return new Route(Subnet.parse(subnet).orElseThrow(), metric, true, "");
    }

    private static InetAddress address(String text) throws Exception {
        return InetAddress.getByName(text);
    }

    @Test
    void theLongestPrefixIsTaken() throws Exception {
        Route wide = route("10.0.0.0/8", 0);
        Route narrow = route("10.1.0.0/16", 9);
        Route all = route("::/0", 1);
        Routes routes = new Routes(List.of(wide, narrow, all));
        assertEquals(narrow, routes.match(address("10.1.2.3")));
        assertEquals(wide, routes.match(address("10.2.2.3")));
        assertEquals(all, routes.match(address("2001:db8::1")));
        assertNull(routes.match(address("192.0.2.1")));
    }

    @Test
    void ofTwoToOneSubnetTheCheaperCounts() throws Exception {
        Route dear = route("10.0.0.0/8", 5);
        Route cheap = route("10.0.0.0/8", 2);
        assertEquals(cheap, new Routes(List.of(dear, cheap)).match(address("10.1.2.3")));
        assertEquals(cheap, new Routes(List.of(cheap, dear)).match(address("10.1.2.3")));
    }

    @Test
    void whatLeadsThroughTunnelsComesBeforeWhatIsCheaper() throws Exception {
        Route kept = new Route(Subnet.parse("10.0.0.0/8").orElseThrow(), 1, false, "");
        Route dear = route("10.0.0.0/8", 2);
        assertEquals(dear, new Routes(List.of(kept, dear)).match(address("10.1.2.3")));
        assertEquals(dear, new Routes(List.of(dear, kept)).to(dear.subnet()));
        assertNull(new Routes(List.of(dear)).to(Subnet.parse("10.0.0.0/9").orElseThrow()));
    }

    @Property(tries = 200)
    void aLookUpFindsWhatASearchThroughAllFinds(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        List<Route> all = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            byte[] few = {10, (byte) random.nextInt(2), (byte) random.nextInt(2), (byte) random.nextInt(4)};
            all.add(new Route(
                    new Subnet(InetAddress.getByAddress(few), random.nextInt(33)), random.nextInt(5), true, "r" + i));
        }
        Routes routes = new Routes(all);
        for (int i = 0; i < 20; i++) {
            byte[] few = {10, (byte) random.nextInt(3), (byte) random.nextInt(2), (byte) random.nextInt(4)};
            InetAddress wanted = InetAddress.getByAddress(few);
            Route expected = all.stream()
                    .filter(r -> r.subnet().contains(wanted))
                    .min(Comparator.comparingInt((Route r) -> -r.subnet().prefix())
                            .thenComparingInt(Route::metric))
                    .orElse(null);
            Route found = routes.match(wanted);
            assertEquals(expected == null, found == null);
            if (found != null) {
                assertEquals(expected.subnet(), found.subnet());
                assertEquals(expected.metric(), found.metric());
            }
        }
    }

    @Property(tries = 100)
    void aSetOfAnySizeArrivesWhole(@ForAll long seed) {
        Random random = new Random(seed);
        Joined joined = new Joined();
        joined.nearOwner.advertised = Bytes.routes(random, random.nextInt(random.nextBoolean() ? 5 : Routes.MOST));
        joined.nearStream.chunk(1 + random.nextInt(5000));
        joined.greet();
        assertEquals(
                List.of(joined.nearOwner.advertised),
                joined.farOwner.routes.stream().map(Routes::all).toList(),
                "also nothing is news at first");
        joined.nearOwner.advertised = List.of(route("10.0.0.0/8", 1));
        joined.near.options(Joined.PLAIN);
        joined.near.options(Joined.PLAIN);
        joined.loop.run();
        int last = joined.farOwner.routes.size() - 1;
        assertEquals(
                joined.nearOwner.advertised, joined.farOwner.routes.get(last).all());
        joined.nearOwner.advertised = List.of();
        joined.near.options(Joined.PLAIN);
        joined.loop.run();
        assertEquals(List.of(), joined.farOwner.routes.get(last + 1).all());
    }

    @Test
    void whetherItWasFoundIsTold() throws Exception {
        for (boolean found : new boolean[] {false, true}) {
            ByteBuffer to = ByteBuffer.allocate(Route.SIZE);
            Route route = new Route(Subnet.parse("10.0.0.0/8").orElseThrow(), 1, true, "x", found);
            route.put(to);
            assertEquals(route, Route.read(to.flip()));
            assertEquals(found, new Routes(List.of(route)).foundOnly());
            assertEquals(false, new Routes(List.of(route, route("10.0.0.0/9", 0))).foundOnly());
        }
    }

    private static void frame(HandPeer peer, int flags, byte... content) {
        peer.send(to -> {
            Frames.header(to, FrameType.ROUTES, 0, 1 + content.length);
            to.put((byte) flags).put(content);
        });
    }

    @Test
    void whatIsNoRouteEndsTheFibre() {
        byte[][] damaged = {
            {4, 10, 0, 0, 0, 33, 0, 0, 0, 1, 1, 0},
            {5, 10, 0, 0, 0, 0, 8, 0, 0, 0, 1, 1, 0},
            {4, 10, 0, 0, 0, 8, -1, 0, 0, 1, 1, 0},
            {4, 10, 0, 0, 0, 8, 0, 0, 0, 1, 1, 9},
            {4, 10, 0},
        };
        for (byte[] content : damaged) {
            HandPeer peer = HandPeer.greeted();
            frame(peer, 3, content);
            assertEquals(1, peer.errors(Rule.FRAME_CONTENT));
        }
    }

    @Test
    void aSetThatDidNotBeginOrIsTooLargeEndsTheFibre() {
        HandPeer peer = HandPeer.greeted();
        frame(peer, 2);
        assertEquals(1, peer.errors(Rule.FRAME_CONTENT));
        HandPeer many = HandPeer.greeted();
        frame(many, 1);
        byte[] hundred = new byte[1200];
        for (int i = 0; i < 100; i++) {
            System.arraycopy(new byte[] {4, 10, 0, 0, 0, 8, 0, 0, 0, 1, 1, 0}, 0, hundred, 12 * i, 12);
        }
        for (int i = 0; i <= Routes.MOST / 100 && !many.fibre.ended(); i++) {
            frame(many, 0, hundred);
        }
        assertEquals(1, many.errors(Rule.FRAME_CONTENT));
    }

    @Test
    void aLabelThatIsTooLongIsCut() throws ProtocolError {
        ByteBuffer to = ByteBuffer.allocate(Route.SIZE);
        new Route(Subnet.parse("10.0.0.0/8").orElseThrow(), 1, false, "x".repeat(300)).put(to);
        assertEquals(Route.MOST_LABEL, Route.read(to.flip()).label().length());
    }
}
