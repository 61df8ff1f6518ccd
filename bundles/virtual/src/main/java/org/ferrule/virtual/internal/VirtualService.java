package org.ferrule.virtual.internal;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.ferrule.config.Capabilities;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Draft;
import org.ferrule.config.Reservation;
import org.ferrule.memory.Area;
import org.ferrule.memory.MemoryAccount;
import org.ferrule.memory.MemoryBudget;
import org.ferrule.module.Configured;
import org.ferrule.module.Drainable;
import org.ferrule.module.Providers;
import org.ferrule.stream.Interception;
import org.ferrule.stream.Listener;
import org.ferrule.stream.Network;
import org.ferrule.stream.Stream;
import org.ferrule.tls.TlsProfiles;
import org.ferrule.traffic.Pools;
import org.ferrule.traffic.Tunnels;
import org.ferrule.traffic.VirtualServers;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The virtual servers: listens for their clients, takes in flows of tunnels, and follows the configuration. */
@Component(service = {VirtualServers.class, ConfigModule.class, Drainable.class, VirtualService.class})
public final class VirtualService implements VirtualServers, ConfigModule, Configured, Drainable {
    private static final Logger LOG = LoggerFactory.getLogger(VirtualService.class);
    private static final int RETRY_SECONDS = 2;
    private static final int HAND_OVER_SECONDS = 2;

    private final Providers<Network> networks = new Providers<>();
    private final Providers<Pools> pools = new Providers<>();
    private final Providers<Tunnels> tunnels = new Providers<>();
    private final Providers<TlsProfiles> tls = new Providers<>();
    private final ScheduledExecutorService background;
    private final AtomicInteger connections = new AtomicInteger();
    private final HostAddresses host = new HostAddresses(System::nanoTime, this::later);
    private final HttpProfiles http = new HttpProfiles();
    private final MemoryAccount held;
    private final Modules modules;
    private final Arrivals arrivals;
    private final Map<String, Counters> counters = new ConcurrentHashMap<>();
    private final Ports ports = new Ports();

    private volatile Map<String, VirtualServer> servers = Map.of();

    /** Read by event loops when a connection arrives: changing it is how an address changes hands. */
    private volatile Map<InetSocketAddress, List<VirtualServer>> bound = Map.of();

    private volatile boolean configured;

    /** Why addresses are not listened on, as the log was told. */
    private final Map<InetSocketAddress, String> told = new HashMap<>();

    private boolean ended;
    private boolean draining;

    @Activate
    public VirtualService() {
        this(MemoryBudget.ofProcess(), Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "ferrule-virtual");
            thread.setDaemon(true);
            return thread;
        }));
    }

    /**
     * @param budget of the memory for connections
     * @param background runs what may take a while, and what is to be done later
     */
    VirtualService(MemoryBudget budget, ScheduledExecutorService background) {
        this.background = background;
        held = budget.open("beginnings of connections", Area.HEAP);
        modules = new Modules(pools, tunnels, tls, this::listensOn, host, http, held);
        arrivals = new Arrivals(modules, connections);
    }

    @Deactivate
    synchronized void deactivate() {
        ended = true;
        background.shutdownNow();
        ports.close();
        held.close();
    }

    /** Whoever asks from a connection that outlives the module gets what was known last. */
    private void later(Runnable task) {
        try {
            background.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("the module has ended", e);
        }
    }

    Collection<VirtualServer> servers() {
        return new TreeMap<>(servers).values();
    }

    Modules modules() {
        return modules;
    }

    synchronized Optional<String> failure(InetSocketAddress address) {
        return networks.best().isEmpty() ? Optional.of("module net is not running") : ports.failure(address);
    }

    private boolean listensOn(InetSocketAddress address) {
        return bound.containsKey(address)
                || (bound.containsKey(new InetSocketAddress("0.0.0.0", address.getPort()))
                                || bound.containsKey(new InetSocketAddress("::", address.getPort())))
                        && host.contains(address.getAddress());
    }

    @Override
    public boolean configured() {
        return configured;
    }

    @Override
    public Answer find(Arrival arrival) {
        return arrivals.answer(servers.values(), arrival);
    }

    @Override
    public boolean serves(InetSocketAddress destination, boolean straight) {
        return arrivals.serves(servers.values(), destination, straight);
    }

    @Override
    public int users() {
        return connections.get();
    }

    /** The newer version has claimed the listeners, and takes the flows of peers. */
    @Override
    public synchronized void drain() {
        draining = true;
        ports.close();
    }

    @Override
    public synchronized void resume() {
        draining = false;
        listen();
    }

    @Override
    public String module() {
        return "virtual";
    }

    @Override
    public List<Class<? extends Record>> kinds() {
        return List.of(VirtualKind.class, HttpProfile.class);
    }

    @Override
    public String shipped() {
        return HttpProfile.SHIPPED;
    }

    @Override
    public void complete(Draft draft) {
        Masks.complete(draft);
    }

    @Override
    public Set<String> capabilities(ConfigTree tree) {
        Set<String> needed = new HashSet<>();
        tree.views(VirtualKind.class).forEach((name, kind) -> {
            try {
                Plan plan = Plan.of(tree, name, kind);
                if (plan.bound()) {
                    needed.addAll(
                            Capabilities.toListen(IntStream.of(plan.listener().getPort())));
                }
                if (plan.keepsSource() || plan.interception().equals(Optional.of(Interception.TPROXY))) {
                    needed.add(Capabilities.ADMIN);
                }
            } catch (ConfigException e) {
                LOG.debug("{} is left out", name, e);
            }
        });
        return needed;
    }

    /** Why servers cannot see their clients' addresses; empty if they can. */
    Optional<String> noSource() {
        return networks.best().flatMap(Network::notTransparent).map(Throwable::getMessage);
    }

    @Override
    public synchronized Reservation prepare(ConfigTree running, ConfigTree proposed) throws ConfigException {
        try {
            VirtualRules.reserve(proposed, ports, networks.best());
        } catch (ConfigException e) {
            release();
            throw e;
        }
        return this::release;
    }

    private synchronized void release() {
        ports.releaseReserved();
    }

    @Override
    public synchronized void reconcile(ConfigTree tree) {
        http.reconcile(tree);
        Map<String, VirtualServer> next = new HashMap<>();
        tree.views(VirtualKind.class).forEach((name, kind) -> {
            try {
                Plan plan = Plan.of(tree, name, kind);
                next.put(name, new VirtualServer(plan, counters.computeIfAbsent(name, n -> new Counters(connections))));
            } catch (ConfigException e) {
                LOG.error("{} is left out: {}", name, e.getMessage());
            }
        });
        counters.keySet().retainAll(next.keySet());
        servers = Map.copyOf(next);
        configured = true;
        listen();
    }

    private void listen() {
        Map<InetSocketAddress, List<VirtualServer>> next = new HashMap<>();
        Map<InetSocketAddress, Ports.Port> wanted = new HashMap<>();
        // By name: the first one's tcp profile holds until it is known for which of them a client came.
        for (VirtualServer server : servers()) {
            Plan plan = server.plan();
            if (plan.bound() && plan.enabled()) {
                next.computeIfAbsent(plan.listener(), a -> new ArrayList<>()).add(server);
                wanted.merge(plan.listener(), Ports.Port.of(plan), Ports.Port::and);
            }
        }
        bound = Map.copyOf(next);
        Network network = ports.network();
        if (network == null || ended || draining) {
            return;
        }
        Map<Ports.Port, Listener> listening = ports.listen(Set.copyOf(wanted.values()));
        listening.forEach((port, listener) -> listener.accept(
                network.settings(next.get(port.address()).get(0).plan().clientTcp()),
                client -> arrived(port.address(), client)));
        next.forEach((address, sharing) -> ports.failure(address).ifPresent(reason -> {
            if (!reason.equals(told.put(address, reason))) {
                LOG.warn(
                        "{} does not listen: {}; trying again",
                        sharing.get(0).plan().name(),
                        reason);
            }
        }));
        told.keySet().removeIf(address -> ports.failure(address).isEmpty());
        if (ports.anyFailed()) {
            background.schedule(this::retry, RETRY_SECONDS, TimeUnit.SECONDS);
        }
    }

    private synchronized void retry() {
        if (!ended && ports.anyFailed()) {
            listen();
        }
    }

    private void arrived(InetSocketAddress listener, Stream client) {
        InetSocketAddress called = client.localAddress();
        Optional<VirtualServer> server =
                Precedence.best(bound.getOrDefault(listener, List.of()), plan -> true, client.remoteAddress(), called);
        if (server.isEmpty() || server.get().plan().interception().isPresent() && itself(listener, called)) {
            // Whoever calls the listener of intercepted connections has no destination: it would go round for ever.
            server.ifPresent(s -> s.counters().refused.increment());
            client.handler(Connection.Discard.INSTANCE);
            client.reset();
        } else {
            Connection.accept(server.get(), modules, client);
        }
    }

    private boolean itself(InetSocketAddress listener, InetSocketAddress called) {
        return listener.getPort() == called.getPort() && host.contains(called.getAddress());
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    synchronized void bindNetwork(ServiceReference<Network> reference, Network network) {
        networks.add(reference, network);
        networkChanged();
    }

    synchronized void unbindNetwork(ServiceReference<Network> reference) {
        networks.remove(reference);
        networkChanged();
    }

    /**
     * What listens goes on with the newest network, and waits while there is none. While the one before is there, too,
     * tunnels have a moment to come up in the new one.
     */
    private void networkChanged() {
        if (!ended && networks.all().size() > 1) {
            background.schedule(this::handOver, HAND_OVER_SECONDS, TimeUnit.SECONDS);
        } else {
            handOver();
        }
    }

    private synchronized void handOver() {
        ports.network(networks.best().orElse(null));
        listen();
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindPools(ServiceReference<Pools> reference, Pools service) {
        pools.add(reference, service);
    }

    void unbindPools(ServiceReference<Pools> reference) {
        pools.remove(reference);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindTunnels(ServiceReference<Tunnels> reference, Tunnels service) {
        tunnels.add(reference, service);
    }

    void unbindTunnels(ServiceReference<Tunnels> reference) {
        tunnels.remove(reference);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindTls(ServiceReference<TlsProfiles> reference, TlsProfiles service) {
        tls.add(reference, service);
    }

    void unbindTls(ServiceReference<TlsProfiles> reference) {
        tls.remove(reference);
    }
}
