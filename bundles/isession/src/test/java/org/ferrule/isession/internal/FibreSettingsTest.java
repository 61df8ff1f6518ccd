package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.time.Duration;
import org.ferrule.memory.MemoryBudget;
import org.ferrule.stream.KernelSettings;
import org.ferrule.stream.Network;
import org.ferrule.stream.TcpSettings;
import org.junit.jupiter.api.Test;

/** What fibres take from the TCP profile of tunnels, and what they set for themselves. */
class FibreSettingsTest {
    private static final KernelSettings BBR =
            new KernelSettings("bbr", false, 131_072, Duration.ZERO, Duration.ofSeconds(60), 3);

    private static TcpSettings settings(int high, int seconds, boolean keepAlive, boolean nagle, String profile) {
        Duration time = Duration.ofSeconds(seconds);
        return new TcpSettings(time, keepAlive, nagle, 3, 4, high, high / 4, time, BBR, profile);
    }

    @Test
    void theKernelsPartIsTheProfilesAndTimeOutsAreTheFibres() {
        Network network = (Network) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Network.class},
                (proxy, method, arguments) -> settings(20, 300, false, true, (String) arguments[0]));
        assertEquals(
                settings(1 << 16, 0, true, false, "/Common/wom-tcp-wan-optimized"),
                new Core(new Services(), MemoryBudget.ofProcess(), System::nanoTime).tcp(network));
    }
}
