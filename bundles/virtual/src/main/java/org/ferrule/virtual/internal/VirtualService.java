package org.ferrule.virtual.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Draft;
import org.ferrule.config.ObjectId;
import org.ferrule.config.Reservation;
import org.ferrule.config.kind.Addresses;
import org.ferrule.config.kind.Subnet;
import org.ferrule.module.Providers;
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
@Component(service = {VirtualServers.class, ConfigModule.class, VirtualService.class})
public final class VirtualService implements VirtualServers, ConfigModule {
    private static final Logger LOG = LoggerFactory.getLogger(VirtualService.class);
    private static final int RETRY_SECONDS = 2;
    private static final String KIND = "ltm virtual";

    private final Providers<Network> networks = new Providers<>();
    private final Providers<Pools> pools = new Providers<>();
    private final Providers<Tunnels> tunnels = new Providers<>();
    private final Providers<TlsProfiles> tls = new Providers<>();
    private final ScheduledExecutorService background = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "ferrule-virtual");
        thread.setDaemon(true);
        return thread;
    });
    private final HostAddresses host = new HostAddresses(System::nanoTime, this::later);
    private final HttpProfiles http = new HttpProfiles();
    private final Modules modules = new Modules(networks, pools, tunnels, tls, this::listensOn, host, http);
    private final Arrivals arrivals = new Arrivals(modules);
    private final Map<String, Counters> counters = new ConcurrentHashMap<>();
    private final Ports ports = new Ports();

    private volatile Map<String, VirtualServer> servers = Map.of();

    /** Read by event loops when a connection arrives: changing it is how an address changes hands. */
    private volatile Map<InetSocketAddress, List<VirtualServer>> bound = Map.of();

    private boolean ended;

    @Activate
    public VirtualService() {
        // Filled by reconcile.
    }

    @Deactivate
    synchronized void deactivate() {
        ended = true;
        background.shutdownNow();
        ports.close();
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
    public Answer find(Arrival arrival) {
        return arrivals.answer(servers.values(), arrival);
    }

    @Override
    public boolean serves(InetSocketAddress destination, boolean straight) {
        return arrivals.serves(servers.values(), destination, straight);
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

    /** A mask has several spellings; the tree has one. What makes no sense is left for {@link #prepare} to refuse. */
    @Override
    public void complete(Draft draft) {
        for (ObjectId id : Set.copyOf(draft.changed())) {
            ConfigObject object = id.kind().equals(KIND) ? draft.now().own().get(id) : null;
            if (object != null && object.properties().get("mask") instanceof String mask) {
                canonical(object, mask).ifPresent(one -> {
                    Map<String, Object> properties = new LinkedHashMap<>(object.properties());
                    properties.put("mask", one);
                    draft.put(id, properties);
                });
            }
        }
    }

    private static Optional<String> canonical(ConfigObject object, String mask) {
        if (!(object.properties().get("destination") instanceof String destination)) {
            return Optional.empty();
        }
        try {
            String one = Destination.of(Addresses.endpoint(destination), mask)
                    .network()
                    .mask();
            return one.equals(mask) ? Optional.empty() : Optional.of(one);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public synchronized Reservation prepare(ConfigTree running, ConfigTree proposed) throws ConfigException {
        try {
            reserveAll(proposed);
        } catch (ConfigException e) {
            release();
            throw e;
        }
        return this::release;
    }

    private void reserveAll(ConfigTree proposed) throws ConfigException {
        Map<Called, String> onNetworks = new HashMap<>();
        Map<Called, String> fromTunnels = new HashMap<>();
        Map<InetSocketAddress, Ports.Port> wanted = new HashMap<>();
        Map<InetSocketAddress, Plan> askedBy = new HashMap<>();
        for (Map.Entry<String, VirtualKind> entry : new TreeMap<>(proposed.views(VirtualKind.class)).entrySet()) {
            String name = entry.getKey();
            Plan plan = Plan.of(proposed, name, entry.getValue());
            Called called = new Called(plan.destination(), plan.source());
            String other = plan.bound() ? onNetworks.putIfAbsent(called, name) : null;
            if (other == null && plan.fromTunnels()) {
                other = fromTunnels.putIfAbsent(called, name);
            }
            if (other != null) {
                throw new ConfigException("01070333:3: Virtual Server " + name
                        + " illegally shares destination address, source address, service port, ip-protocol, and vlan"
                        + " with Virtual Server " + other + ".");
            }
            if (plan.bound() && plan.enabled()) {
                Ports.Port port = Ports.Port.of(plan);
                Ports.Port merged = wanted.merge(plan.listener(), port, Ports.Port::and);
                if (merged.equals(port)) {
                    askedBy.put(plan.listener(), plan);
                }
            }
            checkSource(plan);
        }
        if (networks.best().isPresent()) {
            for (Ports.Port port : wanted.values()) {
                reserve(askedBy.get(port.address()), port);
            }
        }
    }

    /** What no two virtual servers may share on the same networks. */
    private record Called(Destination destination, Subnet source) {}

    private void checkSource(Plan plan) throws ConfigException {
        Optional<String> obstacle =
                plan.keepsSource() ? networks.best().flatMap(Network::notTransparent) : Optional.empty();
        if (obstacle.isPresent()) {
            throw ConfigException.invalid(
                    "Virtual Server " + plan.name() + ": snat none cannot be had: " + obstacle.get() + ".");
        }
    }

    private void reserve(Plan plan, Ports.Port port) throws ConfigException {
        try {
            ports.reserve(networks.best().orElseThrow(), port);
        } catch (IOException e) {
            String what = "Virtual Server " + plan.name() + ": ";
            throw ConfigException.invalid(
                    port.interception().isPresent()
                            ? what + "connections to " + plan.destination().text() + " cannot be intercepted on port "
                                    + port.address().getPort() + " by "
                                    + port.interception().get().name().toLowerCase(Locale.ROOT) + ": " + e.getMessage()
                                    + ". interception-port chooses another port, interception another method."
                            : what + "destination " + plan.destination().text() + " cannot be listened on: "
                                    + e.getMessage()
                                    + ". Choose an address of this host and a port that nobody uses.");
        }
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
                next.put(name, new VirtualServer(plan, counters.computeIfAbsent(name, n -> new Counters())));
            } catch (ConfigException e) {
                LOG.error("{} is left out: {}", name, e.getMessage());
            }
        });
        counters.keySet().retainAll(next.keySet());
        servers = Map.copyOf(next);
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
        Optional<Network> network = networks.best();
        if (network.isEmpty() || ended) {
            return;
        }
        Map<Ports.Port, Listener> listening = ports.listen(network.get(), Set.copyOf(wanted.values()));
        listening.forEach((port, listener) -> listener.accept(
                network.get().settings(next.get(port.address()).get(0).plan().clientTcp()),
                client -> arrived(port.address(), client)));
        next.forEach((address, sharing) -> ports.failure(address)
                .ifPresent(reason -> LOG.warn(
                        "{} does not listen: {}; trying again",
                        sharing.get(0).plan().name(),
                        reason)));
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

    /** Listeners belong to the network that made them. */
    private void networkChanged() {
        ports.close();
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
