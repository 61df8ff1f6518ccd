package org.ferrule.isession.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import org.ferrule.config.kind.Addresses;
import org.ferrule.stream.ConnectHandler;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.HandedListeners;
import org.ferrule.stream.Listener;
import org.ferrule.stream.Network;
import org.ferrule.stream.Stream;
import org.ferrule.tls.DeviceTls;
import org.ferrule.traffic.TrustedDevices;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes in tunnels that peers open, and pairing. Configuration under the lock of its owner; connections on loops. */
final class Listening {
    private static final Logger LOG = LoggerFactory.getLogger(Listening.class);
    private static final String OWNER = "isession";

    /** What a peer is told that is not trusted here. */
    static final String STRANGER = "this device is not trusted there; pair the two with run cm pair";

    private static final Duration HANDSHAKE = Duration.ofSeconds(10);

    /** Handshakes at once: a site's fibres, many times over, and little memory for strangers who never finish theirs. */
    static final int MOST_HANDSHAKES = 512;

    private final Core core;
    private final HandedListeners<InetSocketAddress> listeners = new HandedListeners<>(OWNER);
    private final Map<InetSocketAddress, Listener> reserved = new HashMap<>();
    private final Map<InetSocketAddress, String> failed = new ConcurrentHashMap<>();
    private final Map<String, Peer> peers = new ConcurrentHashMap<>();
    private final LongAdder refused = new LongAdder();
    private final AtomicInteger handshakes = new AtomicInteger();

    /** Strangers that the log has named already; bounded, since they choose their names. */
    private final Set<String> named = ConcurrentHashMap.newKeySet();

    private static final int MOST_NAMED = 1000;

    Listening(Core core) {
        this.core = core;
    }

    /** A trusted device that has opened fibres to this end, and what was counted of it. */
    final class Peer extends ProfileOwner implements FarEnd {
        private final String device;
        private final Stats stats = new Stats();
        private final Map<Fibre, X509Certificate> fibres = new ConcurrentHashMap<>();
        private volatile String keyExchange = "";
        private volatile String problem = "";
        private volatile Routes routes = Routes.NONE;
        private final Pacing pacing = new Pacing();
        private final TunnelEvent.State told = new TunnelEvent.State(false);

        /** What the log was told last: a peer that does not trust this end comes again and again. */
        private volatile String logged = "";

        Peer(String device) {
            super(core, Settings.ROOT, ProfileOwner.poolOf(core, Settings.ROOT));
            this.device = device;
        }

        @Override
        public String device() {
            return device;
        }

        @Override
        public Routes told() {
            return routes;
        }

        @Override
        public void routes(Routes next) {
            routes = next;
        }

        @Override
        public Fibre readyFibre(EventLoop loop) {
            return FarEnd.leastLoaded(fibres(), loop);
        }

        /** Those to further ports are for what the peer's clients called there. */
        @Override
        public List<Fibre> fibres() {
            List<Integer> further = core.ports();
            return all().stream()
                    .filter(fibre -> !further.contains(fibre.localPort()))
                    .toList();
        }

        @Override
        public List<Fibre> all() {
            return fibres.keySet().stream().filter(Fibre::ready).toList();
        }

        Stats stats() {
            return stats;
        }

        Pacing pacing() {
            return pacing;
        }

        String keyExchange() {
            return keyExchange;
        }

        String problem() {
            return problem;
        }

        @Override
        public void ready(Fibre fibre) {
            problem = "";
            logged = "";
            told.up(device);
            stats.reconnects.increment();
        }

        @Override
        public void leaving(Fibre fibre, String reason) {
            problem = reason;
        }

        @Override
        public void ended(Fibre fibre, String reason) {
            if (fibres.remove(fibre) != null) {
                problem = reason;
                if (fibres.isEmpty()) {
                    told.down(device, reason);
                }
                if (fibres.isEmpty() && !reason.equals(logged)) {
                    logged = reason;
                    LOG.warn("The tunnel of {} is down: {}", device, reason);
                }
            }
        }
    }

    /** To be called from time to time, by one thread. */
    void tend() {
        for (Peer peer : peers.values()) {
            List<Fibre> fibres = peer.all();
            if (!fibres.isEmpty()) {
                peer.pacing.look(fibres, fibres.get(0).loop().nanoTime());
            }
        }
    }

    Collection<Peer> peers() {
        return peers.values();
    }

    long refused() {
        return refused.sum();
    }

    Map<InetSocketAddress, String> failures() {
        return failed;
    }

    /** The further ports of the addresses: tunnels do without those that cannot be had. */
    Set<InetSocketAddress> further(Settings settings) {
        Set<InetSocketAddress> further = new HashSet<>();
        for (InetSocketAddress address : settings.tunnelAddresses()) {
            for (int port : settings.local().furtherPorts()) {
                further.add(new InetSocketAddress(address.getAddress(), port));
            }
        }
        return further;
    }

    /** See {@link HandedListeners#network(Network)}: then {@link #listen} again. */
    void network(Network next) {
        if (next != listeners.network()) {
            release();
        }
        listeners.network(next);
    }

    boolean listensOn(Network network) {
        return listeners.network() == network;
    }

    void reserve(Network network, Settings settings) throws IOException {
        for (InetSocketAddress address : settings.tunnelAddresses()) {
            reserve(network, address);
        }
        for (InetSocketAddress address : further(settings)) {
            try {
                reserve(network, address);
            } catch (IOException e) {
                LOG.debug("no further port {} yet: {}", address, e.getMessage());
            }
        }
    }

    private void reserve(Network network, InetSocketAddress address) throws IOException {
        if (!listeners.bound(address) && !reserved.containsKey(address)) {
            reserved.put(address, network.listen(OWNER, address));
        }
    }

    void release() {
        reserved.values().forEach(Listener::close);
        reserved.clear();
    }

    /** Listens where the settings say; what cannot be bound is kept as a failure. Gives whether peers have news of ports. */
    boolean listen(Network network, Settings settings) {
        Set<InetSocketAddress> further = further(settings);
        Set<InetSocketAddress> wanted = new HashSet<>(settings.tunnelAddresses());
        wanted.addAll(further);
        Map<InetSocketAddress, String> before = Map.copyOf(failed);
        failed.clear();
        network(network);
        listeners.closeUnless(wanted::contains);
        for (InetSocketAddress address : wanted) {
            if (listeners.open().containsKey(address)) {
                continue;
            }
            try {
                Listener ready = reserved.remove(address);
                Listener listener =
                        listeners.open(address, with -> ready != null ? ready : with.listen(OWNER, address));
                listener.vital();
                listener.accept(core.tcp(network), stream -> accepted(network, stream));
            } catch (IOException e) {
                failed.put(address, e.getMessage());
                if (!e.getMessage().equals(before.get(address))) {
                    LOG.warn("The local endpoint does not listen: {}; trying again", e.getMessage());
                }
            }
        }
        List<Integer> told = core.ports();
        core.ports(bound(settings, further));
        return !told.equals(core.ports());
    }

    /** The further ports that all addresses have: a peer may call any of them. */
    private List<Integer> bound(Settings settings, Set<InetSocketAddress> further) {
        return settings.local().furtherPorts().stream()
                .filter(port ->
                        further.stream().filter(a -> a.getPort() == port).allMatch(listeners.open()::containsKey))
                .filter(port -> !further.isEmpty())
                .toList();
    }

    void close(String reason) {
        closeListeners();
        stop(fibre -> true, reason);
    }

    /** Takes no more fibres in; those that there are go on. */
    void closeListeners() {
        release();
        listeners.closeUnless(address -> false);
        core.ports(List.of());
    }

    /** Ends those of the fibres. */
    void stop(Predicate<Fibre> which, String reason) {
        for (Peer peer : peers.values()) {
            peer.fibres.keySet().stream().filter(which).forEach(fibre -> fibre.loop()
                    .execute(() -> fibre.stop(reason)));
        }
    }

    /** One fibre of each peer that is meant takes no more flows: the peer opens another, while it has others yet. */
    void retireOne(Predicate<Fibre> which, String reason) {
        for (Peer peer : peers.values()) {
            peer.all().stream().filter(which).findFirst().ifPresent(fibre -> fibre.loop()
                    .execute(() -> fibre.retire(reason)));
        }
    }

    /** How many fibres there are, of any state. */
    int fibres() {
        return peers.values().stream().mapToInt(peer -> peer.fibres.size()).sum();
    }

    private void accepted(Network network, Stream stream) {
        Optional<DeviceTls> tls = core.services().tls().best();
        // Without trust a friend would be taken for a stranger, and told so.
        boolean able = tls.isPresent() && core.services().trust().best().isPresent();
        if (!able || handshakes.get() >= MOST_HANDSHAKES) {
            refused.increment();
            stream.handler(Ignore.INSTANCE);
            stream.reset();
            return;
        }
        SSLEngine engine = tls.get().engine(false, DeviceTls.TUNNEL_PROTOCOL, DeviceTls.PAIRING_PROTOCOL);
        handshakes.incrementAndGet();
        network.secure(stream, engine, HANDSHAKE, new ConnectHandler() {
            @Override
            public void connected(Stream secured) {
                handshakes.decrementAndGet();
                admit(tls.get(), engine, secured);
            }

            @Override
            public void failed(IOException reason) {
                handshakes.decrementAndGet();
                refused.increment();
                LOG.debug("a handshake on the tunnel port failed: {}", reason.getMessage());
            }
        });
    }

    private void admit(DeviceTls tls, SSLEngine engine, Stream secured) {
        X509Certificate certificate = tls.peer(engine);
        Optional<TrustedDevices> trust = core.services().trust().best();
        if (DeviceTls.PAIRING_PROTOCOL.equals(tls.protocol(engine)) && trust.isPresent()) {
            trust.get().pair(secured, certificate);
            return;
        }
        Optional<String> device = core.trusted(certificate);
        if (device.isEmpty() || !DeviceTls.TUNNEL_PROTOCOL.equals(tls.protocol(engine))) {
            refuse(secured, tls.fingerprint(certificate));
            return;
        }
        Peer peer = peers.computeIfAbsent(device.get(), Peer::new);
        peer.keyExchange = tls.keyExchange(engine);
        Fibre fibre =
                new Fibre(secured, false, peer, core.options(Settings.ROOT), peer.stats, core.stats(Settings.ROOT));
        peer.fibres.put(fibre, certificate);
        fibre.start();
    }

    /** A stranger is told why, and the log says what would be right. */
    private void refuse(Stream secured, String fingerprint) {
        refused.increment();
        if (named.size() < MOST_NAMED
                && named.add(fingerprint + secured.remoteAddress().getAddress())) {
            LOG.warn(
                    "An appliance at {} (fingerprint {}) may not open a tunnel: it is not trusted here; pair the two with run cm"
                            + " pair",
                    Addresses.text(secured.remoteAddress().getAddress()),
                    fingerprint);
        }
        Ignore.dismiss(secured, STRANGER);
    }

    void optionsChanged() {
        for (Peer peer : peers.values()) {
            peer.pool().resize(core.profile(Settings.ROOT).receiveLimit());
            peer.fibres.keySet().forEach(fibre -> fibre.loop()
                    .execute(() -> fibre.options(core.options(Settings.ROOT))));
        }
    }

    /** Fibres of devices that are not trusted any more end at once. */
    void trustChanged() {
        named.clear();
        for (Peer peer : peers.values()) {
            peer.fibres.forEach((fibre, certificate) -> {
                if (core.trusted(certificate).isEmpty()) {
                    fibre.loop()
                            .execute(() -> fibre.stop(
                                    "this device is no longer trusted there; pair the two with run cm pair"));
                }
            });
        }
        peers.values().removeIf(peer -> peer.fibres.isEmpty() && peer.stats.flows.sum() == 0);
    }
}
