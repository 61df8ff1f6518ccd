package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.ferrule.codec.Codec;
import org.ferrule.config.kind.Kinds;
import org.ferrule.config.kind.PropertyType;
import org.ferrule.testing.References;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceReference;

class CodecValuesTest {
    private final ServiceRig rig = new ServiceRig();
    private final CodecValues values = new CodecValues(rig.service);

    @Test
    void theCodecsThatAreThereAreNamedInOrder() {
        assertEquals(Map.of("runs", "The codec runs of a test"), values.values());
        ServiceReference<Codec> other = References.named("more");
        rig.modules.bindCodec(other, new FakeCodec("more"));
        assertEquals(List.of("more", "runs"), List.copyOf(values.values().keySet()));
        rig.modules.unbindCodec(other);
        assertEquals(List.of("runs"), List.copyOf(values.values().keySet()));
    }

    @Test
    void theyAreForAPropertyThatThereIs() {
        var kind = Kinds.describe(IsessionProfile.class);
        assertEquals(values.kind(), kind.name());
        assertTrue(kind.property(values.property()).orElseThrow().type() == PropertyType.LIST);
    }
}
