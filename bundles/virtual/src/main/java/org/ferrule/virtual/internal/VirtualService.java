package org.ferrule.virtual.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
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
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Reservation;
import org.ferrule.config.kind.Addresses;
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

    private final Providers<Network> networks = new Providers<>();
    private final Providers<Pools> pools = new Providers<>();
    private final Providers<Tunnels> tunnels = new Providers<>();
    private final Providers<TlsProfiles> tls = new Providers<>();
    private final Modules modules = new Modules(networks, pools, tunnels, tls, this::listensOn);
    private final Map<String, Counters> counters = new ConcurrentHashMap<>();
    private final Ports ports = new Ports();
    private final ScheduledExecutorService retries = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "ferrule-virtual-retry");
        thread.setDaemon(true);
        return thread;
    });

    private volatile Map<String, VirtualServer> servers = Map.of();

    /** Read by event loops when a connection arrives: changing it is how an address changes hands. */
    private volatile Map<InetSocketAddress, VirtualServer> bound = Map.of();

    private boolean ended;

    @Activate
    public VirtualService() {
        // Filled by reconcile.
    }

    @Deactivate
    synchronized void deactivate() {
        ended = true;
        retries.shutdownNow();
        ports.close();
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
                        && ofThisHost(address.getAddress());
    }

    private static boolean ofThisHost(InetAddress address) {
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            // Better one connection refused than one that goes round for ever.
            LOG.debug("the interfaces of this host cannot be read", e);
            return true;
        }
    }

    @Override
    public Optional<Acceptor> find(InetSocketAddress destination, String targetVirtual) {
        VirtualServer best = null;
        int bestFit = 0;
        for (VirtualServer server : servers.values()) {
            Plan plan = server.plan();
            boolean eligible = plan.enabled()
                    && plan.fromTunnels()
                    && (targetVirtual.equals("virtual-match-all") || plan.host())
                    && !(targetVirtual.equals("host-match-no-isession")
                            && !plan.isession().isEmpty());
            int fit = eligible ? plan.fit(destination) : 0;
            if (fit > bestFit) {
                best = server;
                bestFit = fit;
            }
        }
        VirtualServer found = best;
        return found == null || !able(found.plan())
                ? Optional.empty()
                : Optional.of(flow -> Connection.accept(found, modules, flow));
    }

    /**
     * Whether it can serve: a flow that is refused before it is opened can be served at its other end. Where a tunnel leads
     * on, the pool is only the fallback.
     */
    private boolean able(Plan plan) {
        return plan.pool().isEmpty()
                || !plan.isession().isEmpty()
                || pools.best().map(p -> p.members(plan.pool())).orElse(List.of()).stream()
                        .anyMatch(Pools.Member::up);
    }

    @Override
    public String module() {
        return "virtual";
    }

    @Override
    public List<Class<? extends Record>> kinds() {
        return List.of(VirtualKind.class);
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
        Map<InetSocketAddress, String> onNetworks = new HashMap<>();
        Map<InetSocketAddress, String> fromTunnels = new HashMap<>();
        for (Map.Entry<String, VirtualKind> entry :
                proposed.views(VirtualKind.class).entrySet()) {
            String name = entry.getKey();
            Plan plan = Plan.of(proposed, name, entry.getValue());
            String other = plan.bound() ? onNetworks.putIfAbsent(plan.destination(), name) : null;
            if (other == null && plan.fromTunnels()) {
                other = fromTunnels.putIfAbsent(plan.destination(), name);
            }
            if (other != null) {
                throw new ConfigException("01070333:3: Virtual Server " + name
                        + " illegally shares destination address, source address, service port, ip-protocol, and vlan"
                        + " with Virtual Server " + other + ".");
            }
            if (plan.bound() && plan.enabled() && networks.best().isPresent()) {
                reserve(name, plan.destination());
            }
        }
    }

    private void reserve(String name, InetSocketAddress destination) throws ConfigException {
        try {
            ports.reserve(networks.best().orElseThrow(), destination);
        } catch (IOException e) {
            throw ConfigException.invalid("Virtual Server " + name + ": destination " + Addresses.text(destination)
                    + " cannot be listened on: " + e.getMessage()
                    + ". Choose an address of this host and a port that nobody uses.");
        }
    }

    private synchronized void release() {
        ports.releaseReserved();
    }

    @Override
    public synchronized void reconcile(ConfigTree tree) {
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
        Map<InetSocketAddress, VirtualServer> next = new HashMap<>();
        for (VirtualServer server : servers.values()) {
            if (server.plan().bound() && server.plan().enabled()) {
                next.put(server.plan().destination(), server);
            }
        }
        bound = Map.copyOf(next);
        Optional<Network> network = networks.best();
        if (network.isEmpty() || ended) {
            return;
        }
        Set<InetSocketAddress> wanted = new HashSet<>(next.keySet());
        Map<InetSocketAddress, Listener> listening = ports.listen(network.get(), wanted);
        listening.forEach((address, listener) -> listener.accept(
                network.get().settings(bound.get(address).plan().clientTcp()), client -> arrived(address, client)));
        for (InetSocketAddress address : wanted) {
            ports.failure(address)
                    .ifPresent(reason -> LOG.warn(
                            "{} does not listen: {}; trying again",
                            bound.get(address).plan().name(),
                            reason));
        }
        if (ports.anyFailed()) {
            retries.schedule(this::retry, RETRY_SECONDS, TimeUnit.SECONDS);
        }
    }

    private synchronized void retry() {
        if (!ended && ports.anyFailed()) {
            listen();
        }
    }

    private void arrived(InetSocketAddress address, Stream client) {
        VirtualServer server = bound.get(address);
        if (server == null) {
            client.handler(Connection.Discard.INSTANCE);
            client.reset();
        } else {
            Connection.accept(server, modules, client);
        }
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
