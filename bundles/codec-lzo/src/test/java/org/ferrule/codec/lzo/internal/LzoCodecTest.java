package org.ferrule.codec.lzo.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.ferrule.testing.CodecContract;
import org.junit.jupiter.api.Test;

class LzoCodecTest extends CodecContract {
    LzoCodecTest() {
        super(new LzoCodec(), false);
    }

    @Test
    void itHasOneLevel() {
        assertEquals("lzo", codec().name());
        assertEquals(1, codec().minLevel());
        assertEquals(1, codec().maxLevel());
        assertEquals("Java", codec().implementation());
    }
}
