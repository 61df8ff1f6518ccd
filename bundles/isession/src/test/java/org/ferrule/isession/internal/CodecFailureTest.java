package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.ferrule.codec.Codec;
import org.ferrule.codec.Decoder;
import org.ferrule.codec.Encoder;
import org.junit.jupiter.api.Test;

class CodecFailureTest {
    private static final int BLOCK = 1 << 14;

    private final Failing codec = new Failing();
    private final List<Throwable> failures = new ArrayList<>();
    private final BlockEncoder encoder = new BlockEncoder((failed, why) -> failures.add(why));

    /** A codec that can do nothing but fail, until it is mended. */
    private static final class Failing implements Codec {
        private final Codec good = new FakeCodec("runs");
        boolean mended;
        int attempts;

        @Override
        public String name() {
            return "failing";
        }

        @Override
        public String help() {
            return "";
        }

        @Override
        public int minLevel() {
            return 1;
        }

        @Override
        public int maxLevel() {
            return 5;
        }

        @Override
        public Encoder encoder(int level) {
            if (mended) {
                return good.encoder(level);
            }
            return new Encoder() {
                @Override
                public boolean encode(ByteBuffer raw, ByteBuffer block) {
                    attempts++;
                    raw.get();
                    block.put((byte) 1);
                    throw new IllegalStateException("out of memory");
                }

                @Override
                public void level(int next) {
                    throw new NoClassDefFoundError("gone");
                }

                @Override
                public void reset() {
                    throw new IllegalStateException("out of memory");
                }

                @Override
                public void close() {
                    throw new IllegalStateException("out of memory");
                }
            };
        }

        @Override
        public Decoder decoder() {
            return good.decoder();
        }
    }

    /** Encodes one block that would compress well. */
    private boolean encode(BlockEncoder with) {
        ByteBuffer block = ByteBuffer.allocate(Protocol.BLOCK_HEADER + BLOCK);
        ByteBuffer raw = ByteBuffer.wrap(Bytes.same(BLOCK, 7));
        boolean compressed = with.encode(raw, block, 1);
        assertFalse(raw.hasRemaining());
        assertEquals(compressed ? 1 : Protocol.CODEC_NONE, block.get(0));
        assertTrue(compressed || block.position() == Protocol.BLOCK_HEADER + BLOCK && block.get(BLOCK) == 7);
        return compressed;
    }

    @Test
    void itIsTriedAgainOnlyAfterSixteenMegabytes() {
        encoder.use(codec, 3, 1);
        for (int i = 0; i < BlockEncoder.AFTER_FAILURE / BLOCK; i++) {
            assertFalse(encode(encoder));
        }
        assertEquals(1, codec.attempts);
        encode(encoder);
        encode(encoder);
        assertEquals(2, codec.attempts);
        assertEquals(2, failures.size());
    }

    @Test
    void oneThatIsWellAgainCompressesAgain() {
        encoder.use(codec, 3, 1);
        encode(encoder);
        codec.mended = true;
        for (int i = 0; i < BlockEncoder.AFTER_FAILURE / BLOCK; i++) {
            assertFalse(encode(encoder));
        }
        assertTrue(encode(encoder));
        assertTrue(encode(encoder));
    }

    @Test
    void anotherCodecIsTriedAtOnce() {
        encoder.use(codec, 3, 1);
        encode(encoder);
        encoder.use(new FakeCodec("runs"), 3, 1);
        assertTrue(encode(encoder));
        encoder.close();
    }

    @Test
    void theLogTellsOnceHoweverManyFlowsItFails() {
        Core core = new Core(new Services());
        List<String> logged = Logged.during(() -> {
            for (int i = 0; i < 5; i++) {
                BlockEncoder flow = new BlockEncoder(core::codecFailed);
                flow.use(codec, 3, 1);
                encode(flow);
                flow.close();
            }
        });
        assertEquals(5, codec.attempts);
        List<String> messages = logged.stream()
                .filter(line -> line.contains("The codec failing failed"))
                .toList();
        assertEquals(1, messages.size(), logged.toString());
        assertTrue(messages.get(0).contains("WARN"));
        assertTrue(logged.stream().anyMatch(line -> line.contains("out of memory")), "and why");
        List<String> replaced = Logged.during(() -> core.codecFailed(new Failing(), new IllegalStateException("x")));
        assertFalse(replaced.isEmpty(), "another instance is another story");
    }

    @Test
    void aLevelThatCannotBeSetIsAFailureLikeAnother() {
        FakeCodec runs = new FakeCodec("runs");
        encoder.use(runs, 3, 1);
        assertTrue(encode(encoder));
        runs.broken = true;
        encoder.use(runs, 4, 1);
        assertEquals(1, failures.size());
        assertFalse(encode(encoder));
        assertEquals(0, runs.contexts());
    }

    @Test
    void failuresAreCountedWhereTheFlowIs() {
        Joined joined = new Joined(Joined.RUNS, Joined.RUNS).greet();
        Opened opened = joined.open();
        joined.codec.broken = true;
        opened.write(Bytes.same(1000, 1));
        opened.write(Bytes.same(1000, 1));
        joined.loop.run();
        assertEquals(2000, joined.recorder(0).size());
        assertEquals(1, joined.nearOwner.stats.codecFailures.sum());
        assertEquals(1, joined.nearOwner.failures.size());
        assertEquals(0, joined.farOwner.stats.codecFailures.sum());
    }
}
