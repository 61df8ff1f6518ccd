package org.ferrule.itests.codec;

import java.nio.ByteBuffer;
import org.ferrule.codec.Codec;
import org.ferrule.codec.CodecException;
import org.ferrule.codec.Decoder;
import org.ferrule.codec.Encoder;

/** A codec as somebody else would write it, from the public API alone: each run of a byte is its length and the byte. */
public final class RunLengthCodec implements Codec {
    @Override
    public String name() {
        return "runs";
    }

    @Override
    public String help() {
        return "Run lengths";
    }

    @Override
    public int minLevel() {
        return 5;
    }

    @Override
    public int maxLevel() {
        return 5;
    }

    @Override
    public String implementation() {
        return "somebody's";
    }

    @Override
    public Encoder encoder(int level) {
        if (level != 5) {
            throw new IllegalArgumentException("the level of runs is 5, not " + level);
        }
        return new Runs();
    }

    @Override
    public Decoder decoder() {
        return new Runs();
    }

    /** Both directions: neither remembers anything. */
    static final class Runs implements Encoder, Decoder {
        @Override
        public boolean encode(ByteBuffer raw, ByteBuffer block) {
            int start = raw.position();
            int blockStart = block.position();
            while (raw.hasRemaining()) {
                byte next = raw.get();
                int run = 1;
                while (run < 255 && raw.hasRemaining() && raw.get(raw.position()) == next) {
                    raw.get();
                    run++;
                }
                if (block.remaining() < 2) {
                    raw.position(start);
                    block.position(blockStart);
                    return false;
                }
                block.put((byte) run).put(next);
            }
            return true;
        }

        @Override
        public void decode(ByteBuffer block, ByteBuffer raw) throws CodecException {
            while (block.remaining() >= 2) {
                int run = block.get() & 0xFF;
                byte next = block.get();
                if (run > raw.remaining()) {
                    throw new CodecException("too many runs");
                }
                for (int i = 0; i < run; i++) {
                    raw.put(next);
                }
            }
            if (block.hasRemaining() || raw.hasRemaining()) {
                throw new CodecException("too few runs");
            }
        }

        /** Both interfaces have a default for it, and Java wants to know which. */
        @Override
        public void prefix(ByteBuffer history) {
            throw new UnsupportedOperationException("runs takes no prefix");
        }

        @Override
        public void reset() {}

        @Override
        public void level(int level) {}

        @Override
        public void close() {}
    }
}
