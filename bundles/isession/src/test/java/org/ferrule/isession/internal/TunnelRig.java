package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.ObjectId;
import org.ferrule.memory.MemoryBudget;
import org.ferrule.testing.FakeStream;

/** All that tunnels need, within a test. */
final class TunnelRig extends Site {
    static final InetSocketAddress DC = new InetSocketAddress("192.0.2.1", 443);
    static final String PROFILE = "/Common/to_dc";

    final Services services = new Services();
    final Core core = new Core(services, MemoryBudget.ofProcess(), System::nanoTime);

    TunnelRig() {
        services.networks().add(net, wan);
        services.tls().add(crypto, tls);
        services.trust().add(system, trust);
        services.codecs().add(codecs, codec);
        core.settings(settings(true));
    }

    static Settings settings(boolean mode) {
        return settings(Map.of("mode", mode ? "enabled" : "disabled"));
    }

    /** A profile with these properties; its codec is the test's. */
    static Settings settings(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(
                Map.of("deflate-compression-level", "2", "lz4-compression-level", "4", "zstd-compression-level", "3"));
        all.putAll(properties);
        all.put("compression-codecs", List.of("runs"));
        IsessionProfile profile = ConfigTree.of(
                        List.of(new ConfigObject(new ObjectId(IsessionProfile.KIND, PROFILE), 1, all)), List.of())
                .view(IsessionProfile.class, PROFILE)
                .orElseThrow();
        LocalEndpoint local = new LocalEndpoint(
                List.of("192.0.2.9"), 256, null, true, LocalEndpoint.NoRoute.PASSTHRU, 0, 0, List.of(), 443);
        return new Settings(
                local,
                Map.of(PROFILE, profile, Settings.ROOT, profile),
                Map.of(),
                Map.of(),
                EndpointDiscovery.DEFAULTS,
                ServerDiscovery.NONE,
                "here");
    }

    Endpoint endpoint() {
        return new Endpoint(PROFILE, DC, wan, core);
    }

    void pass(long millis) {
        loop.pass(Duration.ofMillis(millis));
    }

    Fibre answer(FakeOwner peer) {
        return answer(peer, Joined.RUNS);
    }

    Fibre greet(FakeStream stream, FakeOwner peer, boolean dialled) {
        return greet(stream, peer, dialled, Joined.RUNS);
    }
}
