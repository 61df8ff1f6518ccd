package org.ferrule.codec.deflate.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.ferrule.testing.CodecContract;
import org.junit.jupiter.api.Test;

class DeflateCodecTest extends CodecContract {
    DeflateCodecTest() {
        super(new DeflateCodec(), true);
    }

    @Test
    void itsLevelsAreZlibs() {
        assertEquals("deflate", codec().name());
        assertEquals(1, codec().minLevel());
        assertEquals(9, codec().maxLevel());
    }
}
