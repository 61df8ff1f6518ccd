package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.ferrule.testing.References;
import org.junit.jupiter.api.Test;

class LevelTest {
    private final TunnelRig rig = new TunnelRig();

    @Test
    void eachCodecHasALevelOfItsOwn() {
        assertEquals(9, rig.core.level(TunnelRig.PROFILE, "bzip2"));
        assertEquals(2, rig.core.level(TunnelRig.PROFILE, "deflate"));
        assertEquals(4, rig.core.level(TunnelRig.PROFILE, "lz4"));
        assertEquals(3, rig.core.level(TunnelRig.PROFILE, "zstd"));
    }

    @Test
    void aCodecWithoutAPropertyWorksAtItsDefault() {
        FakeCodec other = new FakeCodec("others");
        rig.services.codecs().add(References.named("others"), other);
        assertEquals(other.defaultLevel(), rig.core.level(TunnelRig.PROFILE, "others"));
        assertEquals(other.defaultLevel(), rig.core.level("/Common/gone", "others"));
    }
}
