package org.ferrule.virtual.internal;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.ObjectId;
import org.ferrule.config.Reservation;
import org.ferrule.memory.MemoryBudget;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Stream;
import org.ferrule.testing.FakeNetwork;
import org.ferrule.testing.Peer;
import org.ferrule.testing.References;
import org.ferrule.traffic.Pools;
import org.ferrule.traffic.Tunnels;

/** The module virtual among modules of a test. */
final class Rig implements Pools, Tunnels {
    static final Map<String, Object> TUNNELLED =
            Map.of("profiles", Map.of("/Common/isession", Map.of("context", "serverside")));

    /** Nothing is listened on. */
    static final Map<String, Object> FROM_TUNNELS = Map.of("vlan-mode", "vlans-enabled", "vlans", List.of("isession"));

    final VirtualService service;
    final FakeNetwork network = new FakeNetwork();
    final Set<String> unreachable = new HashSet<>();
    final List<Peer> servers = new ArrayList<>();
    final Map<String, Boolean> members = new LinkedHashMap<>();
    final Map<String, Integer> current = new LinkedHashMap<>();
    final Map<String, Long> toServers = new LinkedHashMap<>();
    final Map<String, Long> toClients = new LinkedHashMap<>();

    /** The servers that were connected to, and how long that took. */
    final Map<InetSocketAddress, Duration> seen = new LinkedHashMap<>();

    NoRoute noRoute = NoRoute.PASSTHRU;
    FlowHandler flow;

    /** The loops on which flows were asked for. */
    final List<EventLoop> asked = new ArrayList<>();

    /** Where flows can be opened; null for wherever the client is. */
    EventLoop home;

    ConfigTree running = ConfigTree.of(
            List.of(
                    profile("ltm profile tcp", "tcp"),
                    profile("ltm profile tcp", "lan"),
                    profile("wom profile isession", "isession"),
                    profile("ltm profile client-ssl", "clientssl"),
                    profile("ltm profile http", "http")),
            List.of());

    private static ConfigObject profile(String kind, String name) {
        return new ConfigObject(new ObjectId(kind, "/Common/" + name), 1, Map.of());
    }

    Rig() {
        this(new ScheduledThreadPoolExecutor(0));
    }

    /** @param background what is to be done later */
    Rig(ScheduledExecutorService background) {
        service = new VirtualService(MemoryBudget.ofProcess(), background);
        network.server(this::serve);
    }

    private void serve(FakeNetwork.Dialled connection) {
        String host = connection.host();
        if (unreachable.contains(host)) {
            connection.refuse(host + ": connection refused");
        } else {
            servers.add(new Peer(connection.take()));
        }
    }

    Rig net() {
        service.bindNetwork(References.reference(), network);
        return this;
    }

    Rig pools() {
        service.bindPools(References.reference(), this);
        return this;
    }

    Rig tunnels() {
        service.bindTunnels(References.reference(), this);
        return this;
    }

    ConfigTree with(ConfigTree tree, String name, String destination, Map<String, Object> more) {
        Map<String, Object> all = new LinkedHashMap<>(more);
        all.put("destination", destination);
        return tree.with(new ConfigObject(new ObjectId("ltm virtual", "/Common/" + name), 1, all));
    }

    void virtual(String name, String destination, Map<String, Object> more) throws ConfigException {
        commit(with(running, name, destination, more));
    }

    void commit(ConfigTree next) throws ConfigException {
        try (Reservation held = service.prepare(running, next)) {
            running = next;
            service.reconcile(running);
        }
    }

    Plan plan(String name) {
        return server(name).plan();
    }

    Counters counters(String name) {
        return server(name).counters();
    }

    private VirtualServer server(String name) {
        return service.servers().stream()
                .filter(s -> s.plan().name().equals("/Common/" + name))
                .findFirst()
                .orElseThrow();
    }

    /** A client that calls the virtual server on 203.0.113.2:80. */
    Peer call() {
        return new Peer(network.call("203.0.113.2", 80));
    }

    @Override
    public EventLoop loopFor(EventLoop loop, String profile, InetSocketAddress destination) {
        return home == null ? loop : home;
    }

    @Override
    public Optional<Selection> select(String pool, Set<String> tried) {
        return members.keySet().stream()
                .filter(m -> members.get(m) && !tried.contains(m))
                .findFirst()
                .map(Chosen::new);
    }

    @Override
    public List<Member> members(String pool) {
        return members.entrySet().stream()
                .map(m -> new Member(m.getKey(), new InetSocketAddress(m.getKey(), 80), m.getValue()))
                .toList();
    }

    private final class Chosen implements Selection {
        private final String host;

        Chosen(String host) {
            this.host = host;
        }

        @Override
        public String member() {
            return host;
        }

        @Override
        public InetSocketAddress address() {
            return new InetSocketAddress(host, 80);
        }

        @Override
        public void connected() {
            current.merge(host, 1, Integer::sum);
        }

        @Override
        public void moved(long toServer, long toClient) {
            toServers.merge(host, toServer, Long::sum);
            toClients.merge(host, toClient, Long::sum);
        }

        @Override
        public void ended() {
            current.computeIfPresent(host, (h, n) -> n - 1);
        }
    }

    @Override
    public void open(Stream client, String profile, FlowHandler result) {
        asked.add(client.loop());
        flow = result;
    }

    @Override
    public boolean ready(String profile) {
        return true;
    }

    @Override
    public void serverSeen(InetSocketAddress server, Duration took) {
        seen.put(server, took);
    }

    @Override
    public NoRoute noRoute() {
        return noRoute;
    }
}
