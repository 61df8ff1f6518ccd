package org.ferrule.dedup.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.ferrule.codec.CodecException;
import org.ferrule.codec.dictionary.DictionaryDecoder;
import org.ferrule.codec.dictionary.DictionaryEncoder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What new bytes are compressed with: what stood in their place; and what a peer says of it that is not so. */
class PrefixTest {
    private static final int CHANGED = 100;

    private final Random random = new Random(6);
    private final Model model = new Model(16);
    private final Model.Fibre fibre = model.fibre();
    private final byte[] data = new byte[100_000];

    @BeforeEach
    void someDataIsKnown() throws CodecException {
        model.settle();
        random.nextBytes(data);
        Model.Flow flow = fibre.flow(0, "a");
        flow.write(data);
        flow.flush();
        model.settle();
    }

    private DictionaryEncoder encoder() {
        return fibre.ends[0].dictionary.encoder("a");
    }

    private DictionaryDecoder decoder(String domain) {
        return fibre.ends[1].dictionary.decoder(domain);
    }

    private byte[] changed(int... places) {
        byte[] changed = data.clone();
        byte[] other = new byte[CHANGED];
        for (int at : places) {
            random.nextBytes(other);
            System.arraycopy(other, 0, changed, at, CHANGED);
        }
        return changed;
    }

    /** A block of all that the bytes are. */
    private static ByteBuffer block(DictionaryEncoder encoder, byte[] bytes) {
        ByteBuffer rest = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        encoder.take(rest, DictionaryEncoder.MOST_RAW, FlowEncoder.MOST_BLOCK);
        assertFalse(rest.hasRemaining());
        return encoder.block();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    @Test
    void isWhatStoodWhereNewBytesAre() throws CodecException {
        DictionaryEncoder encoder = encoder();
        ByteBuffer block = block(encoder, changed(30_000, 60_000));
        byte[] old = new byte[2 * CHANGED];
        System.arraycopy(data, 30_000, old, 0, CHANGED);
        System.arraycopy(data, 60_000, old, CHANGED, CHANGED);
        assertEquals(ByteBuffer.wrap(old), encoder.prefix());
        int head = encoder.head();
        assertEquals(2 * CHANGED, block.remaining() - head);
        ByteBuffer found = decoder("a").prefix(block.slice(block.position(), head), 2 * CHANGED, data.length);
        assertEquals(ByteBuffer.wrap(old), found);
    }

    @Test
    void isLookedForNoFartherBackThanNewBytesAreLikely() {
        DictionaryEncoder encoder = encoder();
        byte[] shorter = new byte[data.length - 10_000 + CHANGED];
        System.arraycopy(data, 0, shorter, 0, 30_000);
        System.arraycopy(changed(0), 0, shorter, 30_000, CHANGED);
        System.arraycopy(data, 40_000, shorter, 30_000 + CHANGED, data.length - 40_000);
        block(encoder, shorter);
        int most = 2 * CHANGED + 64;
        assertEquals(ByteBuffer.wrap(Arrays.copyOfRange(data, 40_000 - most, 40_000)), encoder.prefix());
    }

    @Test
    void isNothingWhereNothingIsNewOrNothingIsKnown() {
        DictionaryEncoder encoder = encoder();
        block(encoder, data);
        assertFalse(encoder.prefix().hasRemaining());
        byte[] unknown = new byte[10_000];
        random.nextBytes(unknown);
        block(encoder, unknown);
        assertFalse(encoder.prefix().hasRemaining());
        block(encoder, Arrays.copyOfRange(data, 0, 20_000));
        assertFalse(encoder.prefix().hasRemaining(), "of the block before");
    }

    @Test
    void anotherDomainsIsRefused() {
        DictionaryEncoder encoder = encoder();
        ByteBuffer block = block(encoder, changed(30_000));
        ByteBuffer head = block.slice(block.position(), encoder.head());
        assertThrows(CodecException.class, () -> decoder("b").prefix(head, CHANGED, data.length));
    }

    @Test
    void aHeadThatIsNotTheBlocksIsRefused() {
        DictionaryEncoder encoder = encoder();
        ByteBuffer block = block(encoder, changed(30_000));
        int at = block.position();
        int head = encoder.head();
        DictionaryDecoder decoder = decoder("a");
        assertThrows(CodecException.class, () -> decoder.prefix(block.slice(at, head - 1), CHANGED + 1, data.length));
        assertThrows(CodecException.class, () -> decoder.prefix(block.slice(at, head + 1), CHANGED - 1, data.length));
        assertThrows(CodecException.class, () -> decoder.prefix(block.slice(at, head), CHANGED + 1, data.length));
        assertThrows(CodecException.class, () -> decoder.prefix(block.slice(at, head), CHANGED, data.length + 1));
        assertThrows(CodecException.class, () -> decoder.prefix(block.slice(at, 0), CHANGED, data.length));
    }

    @Test
    void whatIsNotThereIsRefused() {
        ByteBuffer head = ByteBuffer.allocateDirect(100).put((byte) 0);
        Varint.put(head, 2);
        Varint.put(head, CHANGED << 3);
        Varint.put(head, CHANGED << 3 | 2);
        long log = ((FibreMember) fibre.ends[0].dictionary).logs().get(0).number();
        Varint.put(head, log << 1 | 1);
        int position = head.position();
        for (long far : new long[] {data.length + 1, 3L * Segment.SIZE + 100, (1L << 40) + 500, Long.MAX_VALUE >> 1}) {
            head.clear().position(position);
            Varint.put(head, far);
            assertThrows(CodecException.class, () -> decoder("a").prefix(head.flip(), CHANGED, 2 * CHANGED));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void damagedHeadsAreRefusedOrGiveSomethingElse(long seed) {
        DictionaryEncoder encoder = encoder();
        ByteBuffer block = block(encoder, changed(10_000, 30_000, 50_000, 70_000));
        byte[] good = bytes(block.slice(block.position(), encoder.head()));
        Random dice = new Random(seed);
        DictionaryDecoder decoder = decoder("a");
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = dice.nextInt(8) == 0 ? Arrays.copyOf(good, dice.nextInt(good.length)) : good.clone();
            for (int n = dice.nextInt(3); n >= 0 && damaged.length > 0; n--) {
                damaged[dice.nextInt(damaged.length)] = (byte) dice.nextInt();
            }
            try {
                ByteBuffer found = decoder.prefix(ByteBuffer.wrap(damaged), 4 * CHANGED, data.length);
                assertTrue(found.remaining() <= 4 * (2 * CHANGED + 64), "of " + found.remaining() + " bytes");
            } catch (CodecException e) {
                refused++;
            }
        }
        assertTrue(refused > 5000, "refused " + refused);
    }
}
