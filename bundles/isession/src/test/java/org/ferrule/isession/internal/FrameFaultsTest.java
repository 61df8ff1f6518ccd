package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ferrule.isession.internal.ProtocolError.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameFaultsTest {
    private final FrameReader.Sink sink = new FrameReader.Sink() {
        @Override
        public void frame(FrameType type, int flow, ByteBuffer payload) {
            frames++;
        }

        @Override
        public boolean ended() {
            return false;
        }
    };
    private final FrameReader reader = new FrameReader(sink);
    private int frames;

    private Rule broken(ByteBuffer bytes) {
        return assertThrows(ProtocolError.class, () -> reader.read(bytes)).rule();
    }

    private static ByteBuffer prefaced(int word, int flow) {
        ByteBuffer buffer = ByteBuffer.allocate(100);
        Frames.preface(buffer);
        return buffer.putInt(word).putInt(flow).flip();
    }

    private static ByteBuffer preface(String magic, int least, int most) {
        return ByteBuffer.allocate(Protocol.PREFACE)
                .put(magic.getBytes(StandardCharsets.US_ASCII))
                .put((byte) least)
                .put((byte) most)
                .flip();
    }

    @Test
    void anotherProtocolIsFoundOut() {
        assertEquals(Rule.MAGIC, broken(ByteBuffer.wrap("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII))));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "2,2", "2,255", "255,0"})
    void aRangeOfVersionsWithoutOursIsRefused(int least, int most) {
        assertEquals(Rule.VERSION, broken(preface("iSession", least, most)));
    }

    @ParameterizedTest
    @CsvSource({"1,1", "0,1", "1,255"})
    void aRangeOfVersionsWithOursIsAccepted(int least, int most) throws ProtocolError {
        reader.read(preface("iSession", least, most));
        ByteBuffer fin = ByteBuffer.allocate(8);
        Frames.empty(fin, FrameType.FIN, 1);
        reader.read(fin.flip());
        assertEquals(1, frames);
    }

    @ParameterizedTest
    @ValueSource(ints = {Protocol.MOST_PAYLOAD + 1, 0xFFFFFF})
    void aLengthBeyondTheLimitIsRefusedBeforeItsBytesCome(int length) {
        assertEquals(Rule.FRAME_SIZE, broken(prefaced(length << 8 | FrameType.DATA.code(), 1)));
    }

    @Test
    void theLongestPayloadIsAccepted() throws ProtocolError {
        reader.read(prefaced(Protocol.MOST_PAYLOAD << 8 | FrameType.DATA.code(), 1));
        assertEquals(0, frames);
        reader.read(ByteBuffer.allocate(Protocol.MOST_PAYLOAD));
        assertEquals(1, frames);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x0C, 0x19, 0x7F})
    void anUnknownTypeIsRefused(int code) {
        assertEquals(Rule.FRAME_TYPE, broken(prefaced(code, 0)));
    }

    @ParameterizedTest
    @CsvSource({"FIN,0", "FIN,-1", "PING,1", "PING,-2147483648"})
    void aFlowIdWhereNoneBelongsOrNoneWhereOneDoesIsRefused(FrameType type, int flow) {
        assertEquals(Rule.FRAME_CONTENT, broken(prefaced(type.code(), flow)));
    }

    @Test
    void aTruncatedFrameIsNotPassedOn() throws ProtocolError {
        ByteBuffer all = ByteBuffer.allocate(100);
        Frames.preface(all);
        Frames.number(all, FrameType.PING, 1);
        all.flip().limit(all.limit() - 1);
        reader.read(all);
        assertEquals(0, frames);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aNumberThatIsCutShortIsRefused(int size) {
        ByteBuffer payload = ByteBuffer.allocate(size);
        assertEquals(
                Rule.FRAME_CONTENT,
                assertThrows(ProtocolError.class, () -> Frames.readInt(payload)).rule());
        assertThrows(ProtocolError.class, () -> Frames.readLong(payload));
    }

    @Test
    void tooManyNamedValuesAreRefused() {
        ByteBuffer payload = ByteBuffer.allocate(65 * 5);
        for (int i = 0; i < 65; i++) {
            payload.put((byte) 2)
                    .put((byte) ('0' + i / 10))
                    .put((byte) ('0' + i % 10))
                    .putShort((short) 0);
        }
        assertThrows(ProtocolError.class, () -> Frames.readPairs(payload.flip()));
    }

    @Test
    void tooLongATextIsRefused() {
        assertThrows(ProtocolError.class, () -> Frames.readText(ByteBuffer.allocate(1025)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u001b[2J", "a\nb", "\u009b31m", "\u202eabc", "\u007f"})
    void whatSteersTerminalsDoesNotComeThrough(String text) throws ProtocolError {
        String read = Frames.readText(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        assertTrue(
                read.codePoints().noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT),
                read);
    }

    @Property(tries = 500)
    void randomBytesAfterThePrefaceDoNoMoreThanBreakTheProtocol(@ForAll byte[] bytes) {
        ByteBuffer all = ByteBuffer.allocate(Protocol.PREFACE + bytes.length);
        Frames.preface(all);
        throughFibre(all.put(bytes).flip());
    }

    @Property(tries = 300)
    void framesOfRandomContentDoNoMoreThanBreakTheProtocol(@ForAll long seed) {
        Random random = new Random(seed);
        ByteBuffer all = ByteBuffer.allocate(1 << 14);
        validStart(all);
        for (int i = 0; i < 20; i++) {
            FrameType type = FrameType.values()[random.nextInt(FrameType.values().length)];
            int size = random.nextInt(random.nextBoolean() ? 16 : 400);
            Frames.header(all, type, type.ofFlow() ? 1 + random.nextInt(3) : 0, size);
            all.put(Bytes.noise(random, size));
        }
        throughFibre(all.flip());
    }

    @Property(tries = 500)
    void validFramesWithSomeBytesChangedDoNoMoreThanBreakTheProtocol(@ForAll long seed) {
        Random random = new Random(seed);
        ByteBuffer all = ByteBuffer.allocate(1 << 14);
        validStart(all);
        Map<String, String> open = Map.of("client", "198.51.100.7:1", "destination", "2001:db8::1.80");
        Frames.pairs(all, FrameType.OPEN, 2, 0, open);
        Frames.text(all, FrameType.CODEC, 0, 1, "runs");
        HandPeer.putBlock(all, 2, 0, 0, 5, new byte[5]);
        HandPeer.putBlock(all, 2, 1, 1, 3, new byte[] {0, 0, 0, 0, 3, 7});
        Frames.credit(all, 2, 0, 0);
        Frames.number(all, FrameType.PONG, 0);
        Frames.empty(all, FrameType.FIN, 2);
        Frames.text(all, FrameType.RESET, 2, 0, "");
        all.flip();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            all.put(random.nextInt(all.limit()), (byte) random.nextInt());
        }
        throughFibre(all);
    }

    private static void validStart(ByteBuffer all) {
        Frames.preface(all);
        Frames.pairs(all, FrameType.HELLO, 0, 0, Map.of("device", "fuzz"));
        Frames.pairs(all, FrameType.CAPS, 0, 1, Joined.RUNS.pairs());
    }

    /** Any other exception would come out of the loop. */
    private static void throughFibre(ByteBuffer bytes) {
        HandPeer peer = new HandPeer(Joined.RUNS);
        Opened.on(peer.fibre);
        peer.stream.write(bytes);
        peer.loop.run();
        assertTrue(peer.owner.ended.size() <= 1, "ended once at most");
        if (peer.fibre.ended()) {
            assertEquals(0, peer.owner.stats.currentFlows.get());
            assertEquals(0, peer.codec.contexts());
        }
    }
}
