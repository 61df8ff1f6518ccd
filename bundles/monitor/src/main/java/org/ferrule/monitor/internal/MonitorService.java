package org.ferrule.monitor.internal;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Reservation;
import org.ferrule.module.Configured;
import org.ferrule.module.Providers;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Network;
import org.ferrule.traffic.Monitors;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Watches targets by the monitors of the configuration. Probes run on the network's loops; no thread of its own. */
@Component(service = {Monitors.class, ConfigModule.class})
public final class MonitorService implements Monitors, ConfigModule, Configured {
    private static final String SHIPPED = "ltm monitor tcp /Common/tcp { }\nltm monitor http /Common/http { }\n";

    private final Providers<Network> networks = new Providers<>();
    private final Set<Watching> watches = new HashSet<>();
    private Map<String, Probing> monitors = Map.of();
    private volatile boolean configured;

    @Activate
    public MonitorService() {
        // Waits for its first watch.
    }

    @Deactivate
    synchronized void deactivate() {
        List.copyOf(watches).forEach(Watching::close);
    }

    @Override
    public boolean configured() {
        return configured;
    }

    @Override
    public synchronized Watch watch(InetSocketAddress target, String rule, Consumer<Health> changed) {
        Watching watching = new Watching(target, Rule.parse(rule), changed);
        watches.add(watching);
        watching.start();
        return watching;
    }

    /** One target and the monitors that watch it. Guarded by the service's lock. */
    private final class Watching implements Watch {
        private final InetSocketAddress target;
        private final Rule rule;
        private final Consumer<Health> changed;
        private final Map<String, Probing> used = new HashMap<>();
        private final Map<String, Health> found = new HashMap<>();
        private Health told;
        private int generation;
        private boolean ended;

        Watching(InetSocketAddress target, Rule rule, Consumer<Health> changed) {
            this.target = target;
            this.rule = rule;
            this.changed = changed;
        }

        void start() {
            generation++;
            used.clear();
            for (String name : rule.monitors()) {
                Probing probing = monitors.get(name);
                if (probing != null) {
                    used.put(name, probing);
                    probe(name, probing, new Judge(probing), generation);
                }
            }
        }

        boolean stale() {
            for (String name : rule.monitors()) {
                Probing now = monitors.get(name);
                Probing before = used.get(name);
                if (now == null != (before == null) || now != null && !now.same(before)) {
                    return true;
                }
            }
            return false;
        }

        private void probe(String name, Probing probing, Judge judge, int of) {
            Network network = networks.best().orElse(null);
            if (network == null) {
                // The module net is away: whoever brings it back starts the watches again.
                return;
            }
            EventLoop loop = network.loops()
                    .get(Math.floorMod(target.hashCode(), network.loops().size()));
            Probe.start(network, loop, target, probing, problem -> {
                if (judged(name, judge, loop, problem, of)) {
                    loop.schedule(jittered(probing.interval()), () -> again(name, probing, judge, of));
                }
            });
        }

        private void again(String name, Probing probing, Judge judge, int of) {
            synchronized (MonitorService.this) {
                if (!ended && of == generation) {
                    probe(name, probing, judge, of);
                }
            }
        }

        private boolean judged(String name, Judge judge, EventLoop loop, String problem, int of) {
            synchronized (MonitorService.this) {
                if (ended || of != generation) {
                    return false;
                }
                long now = loop.nanoTime();
                (problem.isEmpty() ? judge.success(now) : judge.failure(now, problem)).ifPresent(health -> {
                    found.put(name, health);
                    tell();
                });
                return true;
            }
        }

        private void tell() {
            int up = 0;
            String reason = "";
            for (Map.Entry<String, Health> result : found.entrySet()) {
                if (result.getValue().up()) {
                    up++;
                } else {
                    reason = result.getKey() + ": " + result.getValue().reason();
                }
            }
            boolean undecided = found.size() < rule.monitors().size()
                    && up < rule.least()
                    && rule.monitors().size() - (found.size() - up) >= rule.least();
            Health health = new Health(up >= rule.least(), up >= rule.least() ? "" : reason);
            if (!undecided && !health.equals(told)) {
                told = health;
                changed.accept(health);
            }
        }

        @Override
        public void close() {
            synchronized (MonitorService.this) {
                ended = true;
                watches.remove(this);
            }
        }
    }

    /** A tenth to either side, so that probes of many targets do not run in step. */
    private static Duration jittered(Duration interval) {
        long nanos = interval.toNanos();
        return Duration.ofNanos(nanos + ThreadLocalRandom.current().nextLong(-nanos / 10, nanos / 10 + 1));
    }

    @Override
    public String module() {
        return "monitor";
    }

    @Override
    public List<Class<? extends Record>> kinds() {
        return List.of(TcpMonitor.class, HttpMonitor.class);
    }

    @Override
    public String shipped() {
        return SHIPPED;
    }

    @Override
    public Reservation prepare(ConfigTree running, ConfigTree proposed) throws ConfigException {
        for (Map.Entry<String, TcpMonitor> m : proposed.views(TcpMonitor.class).entrySet()) {
            check(
                    m.getKey(),
                    m.getValue().recv(),
                    m.getValue().interval(),
                    m.getValue().timeout());
        }
        for (Map.Entry<String, HttpMonitor> m :
                proposed.views(HttpMonitor.class).entrySet()) {
            check(
                    m.getKey(),
                    m.getValue().recv(),
                    m.getValue().interval(),
                    m.getValue().timeout());
        }
        return Reservation.NOTHING;
    }

    private static void check(String name, String recv, int interval, int timeout) throws ConfigException {
        if (timeout <= interval) {
            throw ConfigException.invalid("monitor " + name + ": timeout (" + timeout
                    + " s) must be greater than interval (" + interval + " s); 3 times the interval plus 1 is usual");
        }
        try {
            java.util.regex.Pattern.compile(Objects.requireNonNullElse(recv, ""));
        } catch (java.util.regex.PatternSyntaxException e) {
            throw ConfigException.invalid("monitor " + name + ": recv is no regular expression: " + e.getDescription());
        }
    }

    @Override
    public synchronized void reconcile(ConfigTree tree) {
        Map<String, Probing> next = new HashMap<>();
        // Kinds of monitors share their names' space only in rules; an http monitor of the same name wins there.
        tree.views(TcpMonitor.class).forEach((name, monitor) -> next.put(name, Probing.of(monitor)));
        tree.views(HttpMonitor.class).forEach((name, monitor) -> next.put(name, Probing.of(monitor)));
        monitors = next;
        configured = true;
        new ArrayList<>(watches).stream().filter(Watching::stale).forEach(Watching::start);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    synchronized void bindNetwork(ServiceReference<Network> reference, Network network) {
        networks.add(reference, network);
        watches.forEach(Watching::start);
    }

    synchronized void unbindNetwork(ServiceReference<Network> reference) {
        networks.remove(reference);
        watches.forEach(Watching::start);
    }
}
