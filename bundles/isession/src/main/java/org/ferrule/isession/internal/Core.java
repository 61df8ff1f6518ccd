package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.ferrule.codec.Codec;
import org.ferrule.config.kind.Kinds;
import org.ferrule.config.kind.Subnet;
import org.ferrule.memory.Area;
import org.ferrule.memory.MemoryAccount;
import org.ferrule.memory.MemoryBudget;
import org.ferrule.stream.Network;
import org.ferrule.stream.TcpSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What tunnels, dialled and accepted, share: the settings of the moment, other modules, counts by profile. Any thread. */
final class Core {
    private static final Logger LOG = LoggerFactory.getLogger(Core.class);
    /**
     * What waits in a fibre's transport cannot be overtaken by flows whose turn comes, so that it is short; flows have
     * queues of their own.
     */
    private static final int QUEUE_HIGH = 1 << 16;

    private static final int QUEUE_LOW = 1 << 14;

    /** The parts of the heap that hold what was received, and what is to be sent, unless the configuration says more. */
    private static final int RECEIVE_PART = 4;

    private static final int SEND_PART = 8;

    private static final String TCP = "/Common/wom-tcp-wan-optimized";

    private final Services services;
    private final DiscoveredServers servers;
    private final MemoryPool pool;
    private final FibreMemory memory;
    private final MemoryPool encoders;
    private final MemoryPool decoders;
    private final List<MemoryAccount> accounts = new ArrayList<>();
    private final Map<String, Stats> byProfile = new ConcurrentHashMap<>();

    /** Weak: a codec whose bundle is gone is not kept. */
    private final Set<Codec> failed = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private final String self = HexFormat.of().toHexDigits(new SecureRandom().nextLong());
    private final AtomicBoolean chooserFailed = new AtomicBoolean();
    private volatile Settings settings = Settings.NONE;
    private volatile List<Integer> ports = List.of();
    private final Discovered discovered = new Discovered();

    /** @param clock as {@link System#nanoTime} */
    Core(Services services, MemoryBudget budget, LongSupplier clock) {
        this.services = services;
        servers = new DiscoveredServers(this, clock);
        pool = new MemoryPool(sizeOf(0, RECEIVE_PART), open(budget, "received by flows", Area.HEAP));
        memory = new FibreMemory(budget, sizeOf(0, SEND_PART));
        long codecs = megabytes(Settings.NONE.local().codecMemory());
        encoders = new MemoryPool(codecs / 2, open(budget, "encoders", Area.NATIVE));
        decoders = new MemoryPool(codecs / 2, open(budget, "decoders", Area.NATIVE));
    }

    private MemoryAccount open(MemoryBudget budget, String holder, Area area) {
        MemoryAccount account = budget.open(holder, area);
        accounts.add(account);
        return account;
    }

    /** Gives back what it has of the appliance's memory. */
    void close() {
        accounts.forEach(MemoryAccount::close);
        memory.close();
    }

    Services services() {
        return services;
    }

    /** A profile as it is now; the defaults if it does not exist any more. */
    IsessionProfile profile(String name) {
        return settings.profiles().getOrDefault(name, IsessionProfile.DEFAULTS);
    }

    /** The memory in which flows receive. */
    MemoryPool pool() {
        return pool;
    }

    /** What flows that passed this appliance are marked with: another one after each start, and nobody else's. */
    String self() {
        return self;
    }

    /** The memory of fibres, and of what waits to be sent. */
    FibreMemory memory() {
        return memory;
    }

    /** The memory of what compresses. */
    MemoryPool encoders() {
        return encoders;
    }

    /** The memory of what peers compress for. */
    MemoryPool decoders() {
        return decoders;
    }

    /** The log tells once that the module compression fails. */
    void chooserFailed(Throwable why) {
        if (!chooserFailed.getAndSet(true)) {
            LOG.warn("Adaptive compression failed; the first codec that both ends allow is used instead", why);
        }
    }

    Settings settings() {
        return settings;
    }

    void settings(Settings next) {
        settings = next;
        LocalEndpoint local = next.local();
        pool.resize(sizeOf(local.receiveMemory(), RECEIVE_PART));
        memory.resize(sizeOf(local.sendMemory(), SEND_PART));
        encoders.resize(megabytes(local.codecMemory()) / 2);
        decoders.resize(megabytes(local.codecMemory()) / 2);
    }

    /** What probes found. */
    Discovered discovered() {
        return discovered;
    }

    /** Where this end listens besides the tunnel port. */
    List<Integer> ports() {
        return ports;
    }

    void ports(List<Integer> next) {
        ports = next;
    }

    /** What a profile allows at this end as it is now. */
    Options options(String profile) {
        return settings.options(profile).listening(ports);
    }

    private static long sizeOf(int configured, int part) {
        return configured == 0 ? Runtime.getRuntime().maxMemory() / part : megabytes(configured);
    }

    private static long megabytes(int configured) {
        return (long) configured << 20;
    }

    /** The log tells of a codec's failure once, however many flows it fails. */
    void codecFailed(Codec codec, Throwable why) {
        if (failed.add(codec)) {
            LOG.warn("The codec {} failed; what it cannot compress is sent plain", codec.name(), why);
        }
    }

    /** What is kept with a device is not the same at both ends: both begin anew. */
    void dictionaryDamaged(String device) {
        LOG.error(
                "The dictionary that is kept with {} is damaged: what did not come right is sent again, and both ends begin a"
                        + " new one",
                device);
        services.deduplications().best().ifPresent(deduplication -> deduplication.refresh(device));
    }

    /** The servers that were found near this end. */
    DiscoveredServers servers() {
        return servers;
    }

    /** What peers are told that this end can serve. */
    List<Route> advertised() {
        return Stream.concat(settings.routes().stream(), found().stream())
                .limit(Routes.MOST)
                .toList();
    }

    /** The routes that were found and are not in the configuration, where they may have come just now. */
    List<Route> found() {
        List<Route> found = servers.routes();
        if (found.isEmpty()) {
            return found;
        }
        Set<Subnet> configured = settings.origins().keySet();
        return found.stream()
                .filter(route -> !configured.contains(route.subnet()))
                .toList();
    }

    /** Whether a flow of a peer to a destination would be served by this appliance's own server side. */
    boolean serves(InetSocketAddress destination) {
        return services.virtuals()
                .best()
                .map(virtuals -> virtuals.serves(destination, noStraight().isEmpty()))
                .orElse(false);
    }

    /**
     * Why flows of peers may not go straight to their destinations; empty if they may. They may reach what no virtual server
     * offers only where this end's own profile goes straight, too.
     */
    Optional<String> noStraight() {
        IsessionProfile.Target ours = profile(Settings.ROOT).targetVirtual();
        return ours.straight()
                ? Optional.empty()
                : Optional.of("no virtual server takes it, and no flow goes straight to its destination here: for that"
                        + " target-virtual of wom profile isession " + Settings.ROOT
                        + " must be match-all or none, not " + Kinds.typed(ours));
    }

    /** What was counted for a profile. */
    Stats stats(String profile) {
        return byProfile.computeIfAbsent(profile, p -> new Stats());
    }

    Optional<String> trusted(X509Certificate certificate) {
        return services.trust().best().flatMap(devices -> devices.trusted(certificate));
    }

    /** Fibres keep what interactive flows need: no waiting for acknowledgements, no idle time-out but the keep-alive's. */
    TcpSettings tcp(Network network) {
        TcpSettings wan = network.settings(TCP);
        return new TcpSettings(
                java.time.Duration.ZERO,
                true,
                false,
                wan.sendBuffer(),
                wan.receiveBuffer(),
                QUEUE_HIGH,
                QUEUE_LOW,
                java.time.Duration.ZERO,
                wan.kernel(),
                wan.profile());
    }

    Map<String, String> hello() {
        Map<String, String> hello = new LinkedHashMap<>();
        hello.put(Greeting.DEVICE, settings.hostname());
        hello.put(Greeting.PROGRAM, "ferrule 0.1.0");
        hello.put(Histories.PAIR, Integer.toString(Histories.kept(decoders.size())));
        if (settings.discovery().discoverable() && !settings.tunnelAddresses().isEmpty()) {
            hello.put(Greeting.ENDPOINTS, Greeting.text(settings.tunnelAddresses()));
        }
        return hello;
    }
}
