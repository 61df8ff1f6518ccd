package org.ferrule.codec.lz4.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.ferrule.testing.CodecContract;
import org.junit.jupiter.api.Test;

/** What is left where the library cannot be loaded. */
class Lz4InJavaTest extends CodecContract {
    Lz4InJavaTest() {
        super(new Lz4Codec(false), false);
    }

    @Override
    protected int sizeStep() {
        return 7;
    }

    @Test
    void itSaysSo() {
        assertEquals("Java", codec().implementation());
    }
}
