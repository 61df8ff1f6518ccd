package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.ferrule.codec.Codec;
import org.ferrule.stream.Network;
import org.ferrule.testing.FakeLoop;
import org.ferrule.testing.FakeStream;
import org.ferrule.tls.DeviceTls;
import org.ferrule.traffic.TrustedDevices;
import org.osgi.framework.ServiceReference;

/** All that tunnels need, within a test: modules that come and go, a network, time. */
final class TunnelRig {
    static final InetSocketAddress DC = new InetSocketAddress("192.0.2.1", 443);
    static final String PROFILE = "/Common/to_dc";

    final Wan wan = new Wan();
    final FakeLoop loop = wan.loop;
    final Trust trust = new Trust();
    final Services services = new Services();
    final Core core = new Core(services);
    final FakeCodec codec = new FakeCodec("runs");
    final ServiceReference<Network> net = References.reference();
    final ServiceReference<DeviceTls> crypto = References.reference();
    final ServiceReference<TrustedDevices> system = References.reference();
    final ServiceReference<Codec> codecs = References.named("runs");

    TunnelRig() {
        services.networks().add(net, wan);
        services.tls().add(crypto, trust);
        services.trust().add(system, trust);
        services.codecs().add(codecs, codec);
        core.settings(settings(true));
    }

    static Settings settings(boolean mode) {
        IsessionProfile profile = new IsessionProfile(
                true, List.of("runs"), "none", 1, null, "none", mode, IsessionProfile.Target.VIRTUAL_MATCH_ALL);
        LocalEndpoint local = new LocalEndpoint(List.of("192.0.2.9"), null, true, LocalEndpoint.NoRoute.PASSTHRU, 443);
        return new Settings(local, Map.of(PROFILE, profile, Settings.ROOT, profile), Map.of(), "here");
    }

    Endpoint endpoint() {
        return new Endpoint(PROFILE, DC, wan.loops, core);
    }

    void pass(long millis) {
        loop.pass(Duration.ofMillis(millis));
    }

    /** The oldest dial that waits comes through and its TLS too; the peer greets. */
    Fibre answer(FakeOwner peer) {
        wan.connect();
        return greet(wan.secured(), peer, false);
    }

    /** What is at the far end of a fibre greets. */
    Fibre greet(FakeStream stream, FakeOwner peer, boolean dialled) {
        peer.codecs.put("runs", codec);
        Fibre fibre = new Fibre(stream, dialled, peer, Joined.RUNS, peer.stats);
        fibre.start();
        loop.run();
        return fibre;
    }
}
