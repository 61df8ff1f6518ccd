package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.ferrule.codec.Codec;
import org.ferrule.codec.CodecException;
import org.ferrule.codec.Decoder;
import org.ferrule.codec.Encoder;

/** Run lengths, with a history that both ends must agree on: a block that was lost or came twice is found out. */
final class FakeCodec implements Codec {
    private static final int LONGEST_RUN = 255;

    final List<Integer> levels = new ArrayList<>();
    boolean broken;
    int encodes;
    private final String name;
    private int contexts;

    FakeCodec(String name) {
        this.name = name;
    }

    /** Contexts that were made and not closed. */
    int contexts() {
        return contexts;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String help() {
        return "The codec " + name + " of a test";
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
        RunEncoder encoder = new RunEncoder();
        encoder.level(level);
        return encoder;
    }

    @Override
    public Decoder decoder() {
        return new RunDecoder();
    }

    private class Context {
        protected int history;
        private boolean closed;

        Context() {
            contexts++;
        }

        protected void use() {
            if (closed || broken) {
                throw new IllegalStateException(broken ? "broken" : "closed");
            }
        }

        public void reset() {
            use();
            history = 0;
        }

        public void close() {
            if (!closed) {
                closed = true;
                contexts--;
            }
        }
    }

    private final class RunEncoder extends Context implements Encoder {
        @Override
        public boolean encode(ByteBuffer raw, ByteBuffer block) {
            use();
            encodes++;
            int rawStart = raw.position();
            int blockStart = block.position();
            ByteBuffer source = raw.duplicate();
            block.putInt(history);
            while (raw.hasRemaining()) {
                byte value = raw.get();
                int run = 1;
                while (run < LONGEST_RUN && raw.hasRemaining() && raw.get(raw.position()) == value) {
                    raw.get();
                    run++;
                }
                if (block.remaining() < 2) {
                    raw.position(rawStart);
                    block.position(blockStart);
                    history = 0;
                    return false;
                }
                block.put((byte) run).put(value);
            }
            history = 31 * history + source.hashCode();
            return true;
        }

        @Override
        public void level(int level) {
            use();
            if (level < minLevel() || level > maxLevel()) {
                throw new IllegalArgumentException("there is no level " + level);
            }
            levels.add(level);
        }
    }

    private final class RunDecoder extends Context implements Decoder {
        @Override
        public void decode(ByteBuffer block, ByteBuffer raw) throws CodecException {
            use();
            ByteBuffer made = raw.duplicate();
            if (block.remaining() < 4 || block.getInt() != history) {
                throw new CodecException("the histories differ");
            }
            while (block.remaining() >= 2) {
                int run = block.get() & 0xFF;
                byte value = block.get();
                if (raw.remaining() < run) {
                    throw new CodecException("the block is longer than stated");
                }
                for (int i = 0; i < run; i++) {
                    raw.put(value);
                }
            }
            if (raw.hasRemaining()) {
                throw new CodecException("the block is shorter than stated");
            }
            history = 31 * history + made.hashCode();
        }
    }
}
