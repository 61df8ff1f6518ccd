package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.ObjectId;
import org.ferrule.config.Reservation;
import org.ferrule.config.kind.Addresses;
import org.ferrule.memory.MemoryBudget;
import org.ferrule.testing.FakeNetwork;
import org.ferrule.testing.FakeStream;
import org.ferrule.testing.References;
import org.ferrule.traffic.Pools;
import org.osgi.framework.ServiceReference;

/** The module under a configuration in memory, between modules that a test plays. */
final class ServiceRig extends Site implements Pools {
    final Keeper keeper = new Keeper();
    /** What the clock of the module shows, in nanoseconds. */
    long now;

    final Modules modules = new Modules();
    final IsessionService service = new IsessionService(modules, MemoryBudget.ofProcess(), keeper, () -> now);
    final Map<String, List<Member>> members = new HashMap<>();
    final Map<String, Integer> connections = new HashMap<>();
    final Map<String, Long> moved = new HashMap<>();
    final ServiceReference<Pools> pool = References.reference();
    ConfigTree tree = ConfigTree.of(
            List.of(
                    object("wom profile isession", Settings.ROOT, Map.of()),
                    object("wom local-endpoint", "", Map.of())),
            List.of());

    /** Keeps what is to run each second; a test runs it. */
    static final class Keeper extends ScheduledThreadPoolExecutor {
        private Runnable task;

        Keeper() {
            super(0);
        }

        /** A second passes. */
        void run() {
            task.run();
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable each, long first, long delay, TimeUnit unit) {
            task = each;
            return null;
        }
    }

    ServiceRig() {
        modules.bindNetwork(net, wan);
        modules.bindTls(crypto, tls);
        modules.bindTrust(system, trust);
        modules.bindPools(pool, this);
        modules.bindCodec(codecs, codec);
        service.reconcile(tree);
    }

    static ConfigObject object(String kind, String name, Map<String, Object> properties) {
        return new ConfigObject(new ObjectId(kind, name), 1, properties);
    }

    /** A second passes. */
    void look() {
        keeper.run();
        loop.run();
    }

    /** One transaction: prepare and reconcile. */
    void commit(ConfigTree next) throws ConfigException {
        try (Reservation held = service.prepare(tree, next)) {
            tree = next;
            service.reconcile(next);
        }
        loop.run();
    }

    void put(String kind, String name, Map<String, Object> properties) throws ConfigException {
        commit(tree.with(object(kind, name, properties)));
    }

    void remove(String kind, String name) throws ConfigException {
        commit(tree.without(new ObjectId(kind, name)));
    }

    void remote(String name, String address, Map<String, Object> more) throws ConfigException {
        Map<String, Object> properties = new HashMap<>(more);
        properties.put("address", address);
        put("wom remote-endpoint", name, properties);
    }

    void member(String inPool, String address, boolean up) {
        List<Member> now = new ArrayList<>(members.getOrDefault(inPool, List.of()));
        now.removeIf(m -> m.name().equals(address));
        now.add(new Member(address, new InetSocketAddress(address, 443), up));
        members.put(inPool, now);
    }

    /** Where the tunnels of a profile lead. */
    List<String> endpoints(String profile) {
        return service.endpoints().getOrDefault(profile, List.of()).stream()
                .map(e -> Addresses.text(e.address()))
                .toList();
    }

    /** Where dials that wait lead. */
    List<String> dialled() {
        return wan.waiting().stream().map(FakeNetwork.Dialled::host).toList();
    }

    /** Tries to open a flow. */
    Opened open(String profile) {
        return open(profile, Opened.DESTINATION);
    }

    Opened open(String profile, InetSocketAddress destination) {
        Opened opened = new Opened();
        opened.takesBack = () -> true;
        service.open(FakeStream.pair(loop, Opened.CLIENT, destination), profile, opened);
        loop.run();
        return opened;
    }

    @Override
    public Optional<Selection> select(String from, Set<String> tried) {
        return members.getOrDefault(from, List.of()).stream()
                .filter(m -> m.up() && !tried.contains(m.name()))
                .min(Comparator.comparingInt(m -> connections.getOrDefault(m.name(), 0)))
                .map(Counted::new);
    }

    /** Counts what goes to a member. */
    private final class Counted implements Selection {
        private final Member member;
        private boolean connected;

        Counted(Member member) {
            this.member = member;
        }

        @Override
        public String member() {
            return member.name();
        }

        @Override
        public InetSocketAddress address() {
            return member.address();
        }

        @Override
        public void connected() {
            connected = true;
            connections.merge(member.name(), 1, Integer::sum);
        }

        @Override
        public void moved(long toServer, long toClient) {
            moved.merge(member.name(), toServer + toClient, Long::sum);
        }

        @Override
        public void ended() {
            if (connected) {
                connections.merge(member.name(), -1, Integer::sum);
            }
        }
    }

    @Override
    public List<Member> members(String of) {
        return members.getOrDefault(of, List.of());
    }
}
