package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import org.ferrule.codec.Codec;
import org.ferrule.codec.Decoder;
import org.ferrule.codec.Encoder;
import org.ferrule.memory.MemoryBudget;
import org.junit.jupiter.api.Test;

class CodecFailureTest {
    private static final int BLOCK = 1 << 14;

    private final Failing codec = new Failing();
    private final CodingRig rig = new CodingRig();
    private final List<Throwable> failures = rig.joined.nearOwner.failures;
    private final BlockEncoder encoder = rig.encoder;

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

    /** The codec from now on, at both ends. */
    private void use(Codec next) {
        rig.joined.nearOwner.codecs.put(next.name(), next);
        rig.joined.farOwner.codecs.put(next.name(), next);
        Options with = new Options(true, true, List.of(next.name()));
        rig.joined.near.options(with);
        rig.joined.far.options(with);
        rig.joined.loop.run();
    }

    /** Encodes one block that would compress well. */
    private boolean encode() {
        ByteBuffer block = rig.encode(encoder, Bytes.same(BLOCK, 7));
        boolean compressed = !rig.codecOf(block).isEmpty();
        assertTrue(compressed || block.remaining() == Protocol.BLOCK_HEADER + BLOCK && block.get(BLOCK) == 7);
        return compressed;
    }

    @Test
    void itIsTriedAgainOnlyAfterSixteenMegabytes() {
        use(codec);
        for (int i = 0; i < BlockEncoder.AFTER_FAILURE / BLOCK; i++) {
            assertFalse(encode());
        }
        assertEquals(1, codec.attempts);
        encode();
        encode();
        assertEquals(2, codec.attempts);
        assertEquals(2, failures.size());
    }

    @Test
    void oneThatIsWellAgainCompressesAgain() {
        use(codec);
        encode();
        codec.mended = true;
        for (int i = 0; i < BlockEncoder.AFTER_FAILURE / BLOCK; i++) {
            assertFalse(encode());
        }
        assertTrue(encode());
        assertTrue(encode());
    }

    @Test
    void anotherCodecIsTriedAtOnce() {
        use(codec);
        encode();
        use(new FakeCodec("runs"));
        assertTrue(encode());
        encoder.close();
    }

    @Test
    void theLogTellsOnceHoweverManyFlowsItFails() {
        Core core = new Core(new Services(), MemoryBudget.ofProcess(), System::nanoTime);
        List<String> logged = Logged.during(() -> {
            for (int i = 0; i < 5; i++) {
                core.codecFailed(codec, new IllegalStateException("out of memory"));
            }
        });
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
        rig.use(rig.first, 3);
        assertTrue(encode());
        assertTrue(encode());
        assertEquals(2, rig.first.contexts());
        rig.first.broken = true;
        rig.use(rig.first, 4);
        assertFalse(encode());
        assertEquals(1, failures.size());
        assertEquals(1, rig.first.contexts(), "the fibre's");
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
