package org.ferrule.dedup.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ferrule.codec.CodecException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer sends that it should not: each is refused by a {@link CodecException}, and nothing else happens. */
class LyingPeerTest {
    private static final int SEGMENTS = 16;

    private static final SegmentName NAME = new SegmentName(new Pair(1, 2), true, 3, 4);
    private static final Message.Recall RECALL = new Message.Recall(NAME, "a", 1000, 5);

    private final Random random = new Random(9);
    private final Model model = new Model(SEGMENTS);
    private final Model.Fibre fibre = model.fibre();
    private final byte[] data = new byte[40_000];

    /** Blocks that refer to what {@link #data} has put into the dictionary, and one that adds. */
    private List<Model.Item> blocks(String domain) throws CodecException {
        model.settle();
        random.nextBytes(data);
        Model.Flow first = fibre.flow(0, domain);
        first.write(data);
        model.settle();
        Model.Flow second = fibre.flow(0, domain);
        byte[] changed = data.clone();
        for (int at = 2000; at < changed.length; at += 3000) {
            changed[at]++;
        }
        second.write(changed);
        second.flush();
        return new ArrayList<>(fibre.ends[1].arriving);
    }

    private FlowDecoder decoder(String domain) {
        return (FlowDecoder) fibre.ends[1].dictionary.decoder(domain);
    }

    @Test
    void referencesToAnotherDomainAreRefused() throws Exception {
        Model.Item item = blocks("a").get(0);
        assertThrows(CodecException.class, () -> decoder("b").arrived(item.bytes(), item.raw(), right -> {}));
        assertTrue(decoder("a").arrived(item.bytes(), item.raw(), right -> {}));
    }

    @Test
    void anotherSizeThanStatedIsRefused() throws Exception {
        Model.Item item = blocks("a").get(0);
        assertThrows(CodecException.class, () -> decoder("a").arrived(item.bytes(), item.raw() + 1, right -> {}));
        assertThrows(CodecException.class, () -> decoder("a").arrived(item.bytes(), item.raw() - 1, right -> {}));
    }

    @Test
    void aDamagedDictionaryIsNoticed() throws Exception {
        Model.Item item = blocks("a").get(0);
        Segment damaged = model.stores[1].in(0);
        // Where chunks end is a secret of each run: whatever the first block refers to, some of this is in it.
        for (int at = 0; at < damaged.written(); at += 100) {
            damaged.bytes().put(at, (byte) (damaged.bytes().get(at) + 1));
        }
        assertFalse(decoder("a").arrived(item.bytes(), item.raw(), right -> {}));
        assertEquals(1, model.counts[1].mismatches.sum());
    }

    @Test
    void whatBelongsToAnotherFibreIsRefused() throws Exception {
        Model.Item item = blocks("a").get(0);
        Model.Fibre other = model.fibre();
        model.settle();
        assertThrows(
                CodecException.class,
                () -> other.ends[1].dictionary.decoder("a").arrived(item.bytes(), item.raw(), right -> {}));
    }

    @Test
    void moreSegmentsThanWereGrantedAreRefused() throws Exception {
        model.settle();
        FlowDecoder decoder = decoder("a");
        ByteBuffer block = ByteBuffer.allocateDirect(FlowEncoder.MOST_BLOCK);
        CodecException refused = assertThrows(CodecException.class, () -> {
            // More than the memory of all, and nobody asks whether it may.
            for (int i = 0; i < 2 * SEGMENTS * Segment.SIZE / block.capacity(); i++) {
                block.clear().put((byte) BlockFormat.ADDS);
                Varint.put(block, 1);
                block.put((byte) 0);
                int raw = block.remaining();
                block.position(0);
                decoder.arrived(block, raw, right -> {});
            }
        });
        assertTrue(refused.getMessage().contains("more than was granted"), refused.getMessage());
    }

    @Test
    void newBytesThatAreNotKeptTakeNoRoom() throws Exception {
        model.settle();
        FlowDecoder decoder = decoder("a");
        ByteBuffer block = ByteBuffer.allocateDirect(FlowEncoder.MOST_BLOCK);
        int length = block.capacity() - 10;
        for (int i = 0; i < 2 * SEGMENTS * Segment.SIZE / block.capacity(); i++) {
            block.clear().put((byte) BlockFormat.ADDS);
            Varint.put(block, 1);
            Varint.put(block, 1);
            Varint.put(block, (long) length << 3);
            block.limit(block.position() + length).position(0);
            assertTrue(decoder.arrived(block, length, right -> {}));
        }
        assertEquals(0, model.stores[1].taken());
    }

    @Test
    void aMessageThatLiesAboutWhatIsStoredIsRefused() throws Exception {
        blocks("a");
        for (ByteBuffer lie : List.of(
                Message.of(Message.STORED, 1, 1L << 40),
                Message.of(Message.STORED, 99, 1),
                Message.of(Message.CLOSED, 5, 1000),
                Message.of(Message.RECALLED, 1, 0),
                Message.of(Message.LOST, 99, 0, 0),
                Message.recall(50, 3, RECALL),
                Message.recall(51, 0, new Message.Recall(NAME, "a", Segment.SIZE + 1, 5)),
                ByteBuffer.allocate(20).put((byte) Message.HAVE).rewind(),
                Message.of(77),
                ByteBuffer.allocate(0))) {
            assertThrows(CodecException.class, () -> fibre.ends[0].dictionary.message(lie));
        }
    }

    @Test
    void whatIsStillBeingBroughtBackIsNotReferredTo() throws Exception {
        model.settle();
        fibre.ends[1].dictionary.message(Message.recall(60, 0, RECALL));
        ByteBuffer block =
                ByteBuffer.allocateDirect(40).put((byte) BlockFormat.CHECKED).putLong(7);
        Varint.put(block, 1);
        Varint.put(block, 100 << 3 | 2);
        Varint.put(block, 60 << 1 | 1);
        Varint.put(block, 0);
        CodecException refused =
                assertThrows(CodecException.class, () -> decoder("a").arrived(block.flip(), 100, right -> {}));
        assertTrue(refused.getMessage().contains("log 60 has no bytes"), refused.getMessage());
        // This end has no disk, and says so to one that never asked.
        assertThrows(CodecException.class, model::settle);
        assertEquals(0, model.dictionaries[1].sessions().get(0).live());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void damagedBlocksAreRefusedOrNoticed(long seed) throws Exception {
        List<Model.Item> items = blocks("a");
        Random dice = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            Model.Item item = items.get(dice.nextInt(items.size()));
            ByteBuffer damaged = damaged(item.bytes(), dice);
            try {
                FlowDecoder decoder = decoder("a");
                if (decoder.arrived(damaged, item.raw(), right -> {})) {
                    int[] restored = {0};
                    decoder.restore(damaged, 0, piece -> {
                        restored[0] += piece.remaining();
                        return true;
                    });
                    assertEquals(item.raw(), restored[0]);
                }
            } catch (CodecException e) {
                refused++;
            }
        }
        assertTrue(refused > 5000, "refused " + refused);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void damagedMessagesDoNoHarm(long seed) throws Exception {
        model.settle();
        Random dice = new Random(seed);
        List<ByteBuffer> good = List.of(
                Message.of(Message.JOIN, 8),
                Message.of(Message.GRANT, 9),
                Message.of(Message.STORED, 1, 100),
                Message.of(Message.FREE, 1, 3, 0),
                Message.of(Message.FREE_ACKNOWLEDGED, 1),
                Message.of(Message.FREED, 1),
                Message.of(Message.FREED_ACKNOWLEDGED, 1),
                Message.of(Message.CLOSED, 1, 0),
                Message.of(Message.CLOSED_ACKNOWLEDGED, 1),
                Message.recall(60, 0, RECALL),
                Message.of(Message.RECALLED, 1, 0),
                Message.of(Message.LOST, 1, 0, 0),
                Message.have(List.of(NAME.pair())));
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            try {
                fibre.ends[1].dictionary.message(damaged(good.get(dice.nextInt(good.size())), dice));
            } catch (CodecException e) {
                refused++;
            }
        }
        assertTrue(refused > 1000, "refused " + refused);
    }

    private static ByteBuffer damaged(ByteBuffer good, Random dice) {
        byte[] bytes = new byte[good.remaining()];
        good.duplicate().get(bytes);
        for (int i = dice.nextInt(4); i >= 0; i--) {
            // Heads are short, and what matters is in them.
            int at = dice.nextInt(dice.nextBoolean() ? Math.min(40, bytes.length) : bytes.length);
            bytes[at] = (byte) dice.nextInt();
        }
        int length = dice.nextInt(8) == 0 ? dice.nextInt(bytes.length + 1) : bytes.length;
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip().limit(length);
    }
}
