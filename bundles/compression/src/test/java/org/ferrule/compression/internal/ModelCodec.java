package org.ferrule.compression.internal;

import org.ferrule.codec.Codec;
import org.ferrule.codec.Decoder;
import org.ferrule.codec.Encoder;

/** A codec that exists in figures only. */
record ModelCodec(String name, int minLevel, int maxLevel, int defaultLevel) implements Codec {
    @Override
    public String help() {
        return "";
    }

    @Override
    public Encoder encoder(int level) {
        throw new UnsupportedOperationException("a model encodes nothing");
    }

    @Override
    public Decoder decoder() {
        throw new UnsupportedOperationException("a model decodes nothing");
    }
}
