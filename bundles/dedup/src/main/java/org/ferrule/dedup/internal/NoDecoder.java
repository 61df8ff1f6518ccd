package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import java.util.function.Predicate;
import org.ferrule.codec.CodecException;
import org.ferrule.codec.dictionary.DictionaryDecoder;

/** Refuses all blocks. */
final class NoDecoder implements DictionaryDecoder {
    static final NoDecoder INSTANCE = new NoDecoder();

    private NoDecoder() {}

    @Override
    public ByteBuffer prefix(ByteBuffer head, int newBytes, int raw) throws CodecException {
        throw new CodecException("a block of a dictionary that this end has not joined");
    }

    @Override
    public boolean arrived(ByteBuffer block, int raw, Repaired repaired) throws CodecException {
        throw new CodecException("a block of a dictionary that this end has not joined");
    }

    @Override
    public boolean ready(ByteBuffer block) {
        throw new IllegalStateException("no block has arrived");
    }

    @Override
    public int restore(ByteBuffer block, int from, Predicate<ByteBuffer> to) {
        throw new IllegalStateException("no block has arrived");
    }

    @Override
    public void hold(ByteBuffer block) {
        throw new IllegalStateException("no block has arrived");
    }

    @Override
    public void letGo(ByteBuffer block) {
        throw new IllegalStateException("no block has arrived");
    }
}
