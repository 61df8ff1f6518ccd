package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FrameRoundTripTest {
    /** A frame as its fields; read and written by what the type carries. */
    private record Frame(FrameType type, int flow, List<Object> fields) {}

    private static Frame any(FrameType type, Random random) {
        int flow = type.ofFlow() ? 1 + random.nextInt(Integer.MAX_VALUE) : 0;
        List<Object> fields =
                switch (type) {
                    case HELLO, CAPS, OPEN -> List.of(random.nextInt(), Bytes.pairs(random));
                    case CODEC, GOAWAY, ERROR, REFUSED, RESET -> List.of(random.nextInt(), Bytes.text(random, 200));
                    case CAPS_ACK -> List.of(random.nextInt());
                    case PING, PONG -> List.of(random.nextLong());
                    case CREDIT -> List.of(random.nextInt(), random.nextInt());
                    case CREDIT_BACK -> List.of(random.nextInt());
                    case DATA ->
                        List.of(ByteBuffer.wrap(Bytes.noise(random, 1 + random.nextInt(Protocol.MOST_ENCODED))));
                    case DICTIONARY -> List.of(ByteBuffer.wrap(Bytes.noise(random, 1 + random.nextInt(2000))));
                    case ROUTES -> List.of(Bytes.routes(random, 1 + random.nextInt(40)));
                    case OPENED, FIN, STOP_SENDING, GONE -> List.of();
                };
        return new Frame(type, flow, fields);
    }

    @SuppressWarnings("unchecked")
    private static void write(Frame frame, ByteBuffer to) {
        List<Object> f = frame.fields();
        switch (frame.type()) {
            case HELLO, CAPS, OPEN ->
                Frames.pairs(to, frame.type(), frame.flow(), (int) f.get(0), (Map<String, String>) f.get(1));
            case CODEC, GOAWAY, ERROR, REFUSED, RESET ->
                Frames.text(to, frame.type(), frame.flow(), (int) f.get(0), (String) f.get(1));
            case CAPS_ACK -> Frames.generation(to, (int) f.get(0));
            case PING, PONG -> Frames.number(to, frame.type(), (long) f.get(0));
            case CREDIT -> Frames.credit(to, frame.flow(), (int) f.get(0), (int) f.get(1));
            case CREDIT_BACK -> Frames.creditBack(to, frame.flow(), (int) f.get(0));
            case DATA -> HandPeer.putBlock(to, frame.flow(), 1, 0, 1, Bytes.of(((ByteBuffer) f.get(0)).duplicate()));
            case DICTIONARY -> Frames.dictionary(to, ((ByteBuffer) f.get(0)).duplicate());
            case ROUTES -> {
                int start = to.position();
                Frames.header(to, frame.type(), 0, 0);
                ((List<Route>) f.get(0)).forEach(route -> route.put(to));
                to.putInt(
                        start,
                        to.position() - start - Protocol.HEADER << 8
                                | frame.type().code());
            }
            case OPENED, FIN, STOP_SENDING, GONE -> Frames.empty(to, frame.type(), frame.flow());
        }
    }

    private static Frame read(FrameType type, int flow, ByteBuffer payload) throws ProtocolError {
        List<Object> fields = new ArrayList<>();
        switch (type) {
            case HELLO, CAPS, OPEN -> {
                fields.add(Frames.readInt(payload));
                fields.add(Frames.readPairs(payload));
            }
            case CODEC, GOAWAY, ERROR, REFUSED, RESET -> {
                fields.add(Frames.readInt(payload));
                fields.add(Frames.readText(payload));
            }
            case CAPS_ACK, CREDIT_BACK -> fields.add(Frames.readInt(payload));
            case PING, PONG -> fields.add(Frames.readLong(payload));
            case CREDIT -> {
                fields.add(Frames.readInt(payload));
                fields.add(Frames.readInt(payload));
            }
            case DATA -> {
                payload.position(payload.position() + Protocol.BLOCK_HEADER);
                fields.add(ByteBuffer.wrap(Bytes.of(payload)));
            }
            case DICTIONARY -> fields.add(ByteBuffer.wrap(Bytes.of(payload)));
            case ROUTES -> {
                List<Route> routes = new ArrayList<>();
                while (payload.hasRemaining()) {
                    routes.add(Route.read(payload));
                }
                fields.add(routes);
            }
            case OPENED, FIN, STOP_SENDING, GONE -> assertEquals(0, payload.remaining());
        }
        return new Frame(type, flow, fields);
    }

    private static final class Collector implements FrameReader.Sink {
        final List<Frame> frames = new ArrayList<>();
        final FrameReader reader = new FrameReader(this);
        boolean ended;

        @Override
        public void frame(FrameType type, int flow, ByteBuffer payload) throws ProtocolError {
            frames.add(read(type, flow, payload));
        }

        @Override
        public boolean ended() {
            return ended;
        }
    }

    private static ByteBuffer written(List<Frame> frames) {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 19);
        Frames.preface(buffer);
        frames.forEach(frame -> write(frame, buffer));
        return buffer.flip();
    }

    private static List<Frame> mix(Random random) {
        List<Frame> frames = new ArrayList<>();
        for (int i = 1 + random.nextInt(20); i > 0; i--) {
            frames.add(any(FrameType.values()[random.nextInt(FrameType.values().length)], random));
        }
        return frames;
    }

    @ParameterizedTest
    @EnumSource(FrameType.class)
    void everyTypeArrivesOneByteAtATime(FrameType type) throws ProtocolError {
        List<Frame> frames = List.of(any(type, new Random(7)), any(type, new Random(8)));
        Collector collector = new Collector();
        ByteBuffer all = written(frames);
        while (all.hasRemaining()) {
            collector.reader.read(ByteBuffer.wrap(new byte[] {all.get()}));
        }
        assertEquals(frames, collector.frames);
    }

    @Property(tries = 200)
    void anyFramesArriveHoweverTheyAreSplit(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40_000) int most)
            throws ProtocolError {
        Random random = new Random(seed);
        List<Frame> frames = mix(random);
        Collector collector = new Collector();
        ByteBuffer all = written(frames);
        while (all.hasRemaining()) {
            int size = Math.min(all.remaining(), 1 + random.nextInt(most));
            collector.reader.read(ByteBuffer.wrap(Bytes.of(all.slice(all.position(), size))));
            all.position(all.position() + size);
        }
        assertEquals(frames, collector.frames);
    }

    @Property(tries = 200)
    void namedValuesTakeNoMoreThanTheirStatedSize(@ForAll long seed) {
        var pairs = Bytes.pairs(new Random(seed));
        ByteBuffer to = ByteBuffer.allocate(Frames.sizeOf(pairs));
        Frames.pairs(to, FrameType.HELLO, 0, 0, pairs);
        assertEquals(to.position() - Protocol.HEADER, to.getInt(0) >>> 8);
    }

    @Test
    void nothingIsReadAfterTheEnd() throws ProtocolError {
        Collector collector = new Collector();
        ByteBuffer all = written(List.of(any(FrameType.FIN, new Random(1))));
        collector.ended = true;
        collector.reader.read(all);
        assertEquals(List.of(), collector.frames);
    }

    @Test
    void typesThatMayBeIgnoredAreSkipped() throws ProtocolError {
        Frame ping = any(FrameType.PING, new Random(1));
        ByteBuffer all = ByteBuffer.allocate(100);
        Frames.preface(all);
        all.putInt(5 << 8 | FrameType.IGNORABLE).putInt(0).put(new byte[5]);
        write(ping, all);
        Collector collector = new Collector();
        collector.reader.read(all.flip());
        assertEquals(List.of(ping), collector.frames);
    }

    @Test
    void aLongTextIsShortened() throws ProtocolError {
        Collector collector = new Collector();
        collector.reader.read(written(List.of(new Frame(FrameType.ERROR, 0, List.of(1, "\u20ac".repeat(5000))))));
        assertEquals("\u20ac".repeat(256), collector.frames.get(0).fields().get(1));
    }
}
