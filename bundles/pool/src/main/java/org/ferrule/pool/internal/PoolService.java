package org.ferrule.pool.internal;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Draft;
import org.ferrule.config.ObjectId;
import org.ferrule.config.Reservation;
import org.ferrule.config.Values;
import org.ferrule.config.kind.Addresses;
import org.ferrule.module.Configured;
import org.ferrule.module.Providers;
import org.ferrule.pool.internal.Snapshot.Candidate;
import org.ferrule.traffic.Monitors;
import org.ferrule.traffic.Pools;
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

/** Nodes and pools: makes them as the configuration says, and chooses members. */
@Component(service = {Pools.class, ConfigModule.class, PoolService.class})
public final class PoolService implements Pools, ConfigModule, Configured {
    private static final Logger LOG = LoggerFactory.getLogger(PoolService.class);
    private static final String POOL = "ltm pool";
    private static final String NODE = "ltm node";

    private final Providers<Monitors> monitors = new Providers<>();

    /** Pools that had no member to give, so that the log says so once. */
    private final Set<String> empty = ConcurrentHashMap.newKeySet();

    private volatile Map<String, Snapshot> pools = Map.of();
    private volatile Map<String, NodeKind> nodes = Map.of();
    private volatile boolean configured;

    @Activate
    public PoolService() {
        // Filled by reconcile.
    }

    @Deactivate
    synchronized void deactivate() {
        states().forEach(state -> state.watch(null));
    }

    private List<MemberState> states() {
        return pools.values().stream()
                .flatMap(pool -> pool.candidates().stream())
                .map(Candidate::state)
                .toList();
    }

    /** Members that no monitor has reached yet are not used: a version that has just been started knows of none. */
    @Override
    public boolean configured() {
        return configured && states().stream().allMatch(state -> !state.monitored() || state.health != null);
    }

    @Override
    public Optional<Selection> select(String pool, Set<String> tried) {
        Snapshot snapshot = pools.get(pool);
        Candidate chosen = snapshot == null ? null : snapshot.balancer().choose(snapshot.candidates(), tried);
        if (chosen == null) {
            if (tried.isEmpty() && empty.add(pool)) {
                LOG.warn("01010028:3: No members available for pool {}", pool);
            }
            return Optional.empty();
        }
        if (!empty.isEmpty()) {
            empty.remove(pool);
        }
        return Optional.of(new Chosen(chosen.state()));
    }

    @Override
    public List<Member> members(String pool) {
        Snapshot snapshot = pools.get(pool);
        return snapshot == null
                ? List.of()
                : snapshot.candidates().stream()
                        .filter(Candidate::enabled)
                        .map(c -> new Member(c.state().name, c.state().address, c.up()))
                        .toList();
    }

    Map<String, Snapshot> pools() {
        return pools;
    }

    Map<String, NodeKind> nodes() {
        return nodes;
    }

    @Override
    public String module() {
        return "pool";
    }

    @Override
    public List<Class<? extends Record>> kinds() {
        return List.of(PoolKind.class, NodeKind.class);
    }

    /** A member stands on a node; the node of a new member is made with it. */
    @Override
    public void complete(Draft draft) throws ConfigException {
        for (ObjectId id : List.copyOf(draft.changed())) {
            Optional<Map<String, Object>> pool =
                    id.kind().equals(POOL) ? draft.now().get(id).map(o -> o.properties()) : Optional.empty();
            if (pool.isPresent() && pool.get().containsKey("members")) {
                for (var member : Values.entries(pool.get().get("members")).entrySet()) {
                    node(draft, id, member.getKey(), (String) member.getValue().get("address"));
                }
            }
        }
    }

    private static void node(Draft draft, ObjectId pool, String member, String address) throws ConfigException {
        String host = Addresses.host(member);
        ObjectId node = new ObjectId(NODE, ObjectId.fullName(ObjectId.COMMON, host));
        Optional<Map<String, Object>> existing = draft.now().get(node).map(o -> o.properties());
        if (existing.isPresent() || Addresses.isAddress(host)) {
            String own = (String) existing.orElse(Map.of()).getOrDefault("address", host);
            agree(pool, member, address, node, own);
        }
        if (existing.isPresent()) {
            return;
        }
        if (Addresses.isAddress(host)) {
            draft.put(node, Map.of("address", host));
        } else if (address != null) {
            draft.put(node, Map.of("address", address));
        } else {
            throw ConfigException.notFound(
                    "node",
                    node.name(),
                    "Pool " + pool.name() + " names it in its member " + member
                            + ": create it first, or give the member an address");
        }
    }

    /** Connections go to the node's address: a member that states another would be believed by its reader only. */
    private static void agree(ObjectId pool, String member, String address, ObjectId node, String own)
            throws ConfigException {
        if (address != null
                && Addresses.isAddress(own)
                && !Addresses.address(address).equals(Addresses.address(own))) {
            throw ConfigException.invalid("Pool member (" + pool.name() + " " + member + ") has the IP Address ("
                    + address + "), but its node (" + node.name() + ") has (" + own
                    + "). Leave the member's address out, or give the member another name.");
        }
    }

    @Override
    public Reservation prepare(ConfigTree running, ConfigTree proposed) throws ConfigException {
        for (ObjectId id : proposed.ids(NODE)) {
            NodeKind node = proposed.view(NodeKind.class, id.name()).orElseThrow();
            if (node.address() == null && !Addresses.isAddress(id.shortName())) {
                throw ConfigException.invalid(
                        "node " + id.name() + " needs an address, such as 10.0.0.1, as its name is none");
            }
        }
        for (ObjectId id : proposed.ids(POOL)) {
            PoolKind pool = proposed.view(PoolKind.class, id.name()).orElseThrow();
            for (String member : pool.members().keySet()) {
                String node = ObjectId.fullName(ObjectId.COMMON, Addresses.host(member));
                if (proposed.get(new ObjectId(NODE, node)).isEmpty()) {
                    throw new ConfigException("01070110:3: Node address '" + node
                            + "' is referenced by a member of pool '" + id.name() + "'.");
                }
                if (Addresses.port(member).equals("0")) {
                    throw ConfigException.invalid("Pool " + id.name() + ": member " + member
                            + " has no port; a port number or service name is needed, such as "
                            + Addresses.join(Addresses.host(member), "80"));
                }
            }
        }
        return Reservation.NOTHING;
    }

    @Override
    public synchronized void reconcile(ConfigTree tree) {
        Map<String, NodeKind> nextNodes = tree.views(NodeKind.class);
        Map<String, Snapshot> next = new HashMap<>();
        Set<MemberState> kept = new HashSet<>();
        tree.views(PoolKind.class).forEach((name, pool) -> {
            Snapshot before = pools.get(name);
            List<Candidate> candidates = new ArrayList<>();
            pool.members().forEach((member, settings) -> {
                Candidate candidate = candidate(name, before, member, settings, pool.monitor(), nextNodes);
                kept.add(candidate.state());
                candidates.add(candidate);
            });
            next.put(name, new Snapshot(name, Balancer.of(pool.loadBalancingMode()), List.copyOf(candidates)));
        });
        List<MemberState> gone =
                states().stream().filter(state -> !kept.contains(state)).toList();
        pools = Map.copyOf(next);
        nodes = nextNodes;
        configured = true;
        gone.forEach(state -> state.watch(null));
    }

    private Candidate candidate(
            String pool,
            Snapshot before,
            String member,
            PoolKind.Member settings,
            String monitor,
            Map<String, NodeKind> nextNodes) {
        NodeKind node = nextNodes.get(ObjectId.fullName(ObjectId.COMMON, Addresses.host(member)));
        String host = node != null && node.address() != null ? node.address() : Addresses.host(member);
        InetSocketAddress address =
                new InetSocketAddress(Addresses.address(host), Integer.parseInt(Addresses.port(member)));
        MemberState state = before == null
                ? null
                : before.candidates().stream()
                        .map(Candidate::state)
                        .filter(s -> s.same(member, address))
                        .findFirst()
                        .orElse(null);
        if (state == null || !state.monitor.equals(monitor)) {
            state = new MemberState(member, address, monitor, state == null ? new MemberState.Counts() : state.counts);
            watch(pool, state);
        }
        boolean enabled = settings.session() == PoolKind.Session.USER_ENABLED
                && (node == null || node.session() == PoolKind.Session.USER_ENABLED);
        boolean down = settings.state() == PoolKind.State.USER_DOWN
                || node != null && node.state() == PoolKind.State.USER_DOWN;
        return new Candidate(state, settings.ratio(), settings.connectionLimit(), enabled, down);
    }

    private void watch(String pool, MemberState state) {
        Monitors service = monitors.best().orElse(null);
        if (state.monitored() && service != null) {
            state.watch(service.watch(state.address, state.monitor, health -> changed(pool, state, health)));
        }
    }

    private static void changed(String pool, MemberState state, Monitors.Health health) {
        Monitors.Health before = state.health;
        state.health = health;
        if (!health.up()) {
            LOG.warn("01070638:5: Pool {} member {} monitor status down. [ {} ]", pool, state.name, health.reason());
        } else if (before != null && !before.up()) {
            LOG.info("01070727:5: Pool {} member {} monitor status up.", pool, state.name);
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    synchronized void bindMonitors(ServiceReference<Monitors> reference, Monitors service) {
        monitors.add(reference, service);
        watchAll();
    }

    /** What a monitor said last stays true until another says something else. */
    synchronized void unbindMonitors(ServiceReference<Monitors> reference) {
        monitors.remove(reference);
        watchAll();
    }

    private void watchAll() {
        pools.values().forEach(pool -> pool.candidates().forEach(c -> watch(pool.name(), c.state())));
    }
}
