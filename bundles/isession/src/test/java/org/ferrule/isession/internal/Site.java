package org.ferrule.isession.internal;

import org.ferrule.codec.Codec;
import org.ferrule.stream.Network;
import org.ferrule.testing.FakeLoop;
import org.ferrule.testing.FakeNetwork;
import org.ferrule.testing.FakeStream;
import org.ferrule.testing.FakeTls;
import org.ferrule.testing.References;
import org.ferrule.tls.DeviceTls;
import org.ferrule.traffic.TrustedDevices;
import org.osgi.framework.ServiceReference;

/** What is around the module, within a test: the other modules, and the network with its peers. */
abstract class Site {
    final FakeNetwork wan = new FakeNetwork().handshakesByHand();
    final FakeLoop loop = wan.loop;
    final FakeTls tls = new FakeTls(null, Trust.DC, DeviceTls.TUNNEL_PROTOCOL);
    final Trust trust = new Trust();
    final FakeCodec codec = new FakeCodec("runs");
    final ServiceReference<Network> net = References.reference();
    final ServiceReference<DeviceTls> crypto = References.reference();
    final ServiceReference<TrustedDevices> system = References.reference();
    final ServiceReference<Codec> codecs = References.named("runs");

    /** Somebody calls 192.0.2.9:443. Gives the end of the caller. */
    final FakeStream call() {
        FakeStream caller = wan.call("192.0.2.9", 443);
        loop.run();
        return caller;
    }

    /** The oldest dial that waits comes through and its TLS too; the peer greets, and allows this. */
    final Fibre answer(FakeOwner peer, Options allowed) {
        wan.next().take();
        return greet(wan.secured(), peer, false, allowed);
    }

    /** What is at the far end of a fibre greets. */
    final Fibre greet(FakeStream stream, FakeOwner peer, boolean dialled, Options allowed) {
        peer.codecs.put("runs", codec);
        Fibre fibre = new Fibre(stream, dialled, peer, allowed, peer.stats);
        fibre.start();
        stream.loop().run();
        return fibre;
    }
}
