package org.ferrule.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CapabilitiesTest {
    @Test
    void onlyPortsBelow1024TakeACapability() {
        assertEquals(Set.of(), Capabilities.toListen(IntStream.of(0, 1024, 8080)));
        assertEquals(Set.of("CAP_NET_BIND_SERVICE"), Capabilities.toListen(IntStream.of(8080, 1023)));
    }

    @Test
    void whatTheLauncherHasComesWithARestart() {
        assertTrue(Capabilities.afterRestart("CAP_NET_ADMIN", any -> "CAP_NET_BIND_SERVICE CAP_NET_ADMIN"));
        assertFalse(Capabilities.afterRestart("CAP_NET_ADMIN", any -> "CAP_NET_BIND_SERVICE"));
        assertFalse(Capabilities.afterRestart("CAP_NET_ADMIN", any -> null));
    }

    @Test
    void whatItHasNotMustBeGiven() {
        assertTrue(Capabilities.remedy("CAP_NET_ADMIN").contains("AmbientCapabilities=CAP_NET_ADMIN"));
    }
}
