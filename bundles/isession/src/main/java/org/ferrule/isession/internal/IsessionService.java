package org.ferrule.isession.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Draft;
import org.ferrule.config.ObjectId;
import org.ferrule.config.Reservation;
import org.ferrule.memory.MemoryBudget;
import org.ferrule.module.Configured;
import org.ferrule.module.Drainable;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Network;
import org.ferrule.stream.PrivilegeException;
import org.ferrule.stream.Stream;
import org.ferrule.traffic.Tunnels;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** iSessions: keeps tunnels to all endpoints open, takes in those of peers, and opens flows. */
@Component(service = {Tunnels.class, ConfigModule.class, Drainable.class, IsessionService.class})
public final class IsessionService implements Tunnels, ConfigModule, Configured, Drainable {
    private static final Logger LOG = LoggerFactory.getLogger(IsessionService.class);
    private static final String SHIPPED =
            "wom profile isession /Common/isession { }\nwom local-endpoint { }\nwom endpoint-discovery { }\n"
                    + "wom server-discovery { }\n";
    private static final int LOOK_SECONDS = 1;

    private final Modules modules;
    private final Services services;
    private final Core core;
    private final Listening listening;
    private final ProfileEnds ends;
    private final Discovery discovery;
    private final FlowRouting routing;
    private final DiscoverySaver saver;
    private final CacheRefresh refreshes;
    private final ScheduledExecutorService keeper;
    private final LongSupplier clock;

    private final Endpoints endpoints;
    private boolean ended;

    /** Since when a newer version of the module takes what is new; null: none does. */
    private Long draining;

    private volatile boolean configured;

    @Activate
    public IsessionService(@Reference Modules modules) {
        this(modules, MemoryBudget.ofProcess(), Background.thread("ferrule-isession"), System::nanoTime);
    }

    /**
     * @param modules the others
     * @param budget of the memory for flows
     * @param keeper runs what looks after tunnels, time and again
     * @param clock as {@link System#nanoTime}
     */
    IsessionService(Modules modules, MemoryBudget budget, ScheduledExecutorService keeper, LongSupplier clock) {
        this.modules = modules;
        services = modules.services();
        this.keeper = keeper;
        this.clock = clock;
        core = new Core(services, budget, clock);
        listening = new Listening(core);
        ends = new ProfileEnds(core, this::endpoints, listening::peers);
        endpoints = new Endpoints(core);
        discovery = new Discovery(core, this::endpoints);
        routing = new FlowRouting(core, ends, discovery);
        saver = new DiscoverySaver(core);
        refreshes = new CacheRefresh(core, this::endpoints, keeper);
        keeper.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        modules.tell(new Following());
    }

    @Deactivate
    synchronized void deactivate() {
        ended = true;
        modules.tellNobody();
        keeper.shutdownNow();
        listening.close("the isession module of the peer stops");
        endpoints.stop("the isession module of the peer stops");
        core.close();
    }

    Core core() {
        return core;
    }

    Listening listening() {
        return listening;
    }

    ProfileEnds ends() {
        return ends;
    }

    Map<String, List<Endpoint>> endpoints() {
        return endpoints.byProfile();
    }

    Discovery discovery() {
        return discovery;
    }

    DiscoverySaver saver() {
        return saver;
    }

    // ---- flows

    @Override
    public boolean configured() {
        return configured;
    }

    @Override
    public void open(Stream client, String profile, FlowHandler result) {
        routing.open(client, profile, result);
    }

    @Override
    public EventLoop loopFor(EventLoop loop, String profile, InetSocketAddress destination) {
        return routing.loopFor(loop, profile, destination);
    }

    @Override
    public boolean ready(String profile) {
        return routing.ready(profile);
    }

    @Override
    public void serverSeen(InetSocketAddress server, Duration took) {
        core.servers().seen(server, took);
    }

    @Override
    public NoRoute noRoute() {
        return core.settings().local().noRoute() == LocalEndpoint.NoRoute.DROP ? NoRoute.DROP : NoRoute.PASSTHRU;
    }

    // ---- configuration

    @Override
    public String module() {
        return "isession";
    }

    @Override
    public List<Class<? extends Record>> kinds() {
        return List.of(
                IsessionProfile.class,
                LocalEndpoint.class,
                RemoteEndpoint.class,
                AdvertisedRoute.class,
                EndpointDiscovery.class,
                ServerDiscovery.class);
    }

    @Override
    public String shipped() {
        return SHIPPED;
    }

    @Override
    public void complete(Draft draft) throws ConfigException {
        refreshes.complete(draft);
    }

    @Override
    public Set<String> capabilities(ConfigTree tree) {
        return Settings.of(tree, "").local().capabilities();
    }

    @Override
    public synchronized Reservation prepare(ConfigTree running, ConfigTree proposed) throws ConfigException {
        Settings next = Settings.of(proposed, "");
        AdvertisedRoute.check(next.advertised());
        next.local().check();
        next.serverDiscovery().check();
        if (services.networks().best().isPresent()) {
            try {
                listening.reserve(services.networks().best().get(), next);
            } catch (IOException e) {
                listening.release();
                if (e instanceof PrivilegeException missing && missing.afterRestart()) {
                    // Refused it could not be saved for that.
                    return Reservation.NOTHING;
                }
                throw ConfigException.invalid("local endpoint: it cannot listen on tunnel-port "
                        + next.local().tunnelPort() + ": " + e.getMessage()
                        + ". addresses must be addresses of this host, and nobody else may use the port.");
            }
        }
        return this::release;
    }

    private synchronized void release() {
        listening.release();
    }

    @Override
    public synchronized void reconcile(ConfigTree tree) {
        EndpointDiscovery before = core.settings().discovery();
        core.settings(Settings.of(tree, hostname(tree)));
        configured = true;
        if (!before.equals(core.settings().discovery())) {
            discovery.changed();
        }
        if (draining == null) {
            services.networks().best().ifPresent(network -> listening.listen(network, core.settings()));
        }
        optionsChanged();
        refresh();
    }

    /** As the kind's owner declares it; that module may be away, and then the name is only missing in greetings. */
    private static String hostname(ConfigTree tree) {
        return tree.get(ObjectId.singleton("sys global-settings"))
                .map(o -> (String) o.properties().get("hostname"))
                .orElse("");
    }

    private void look() {
        try {
            refresh();
            // Without the lock, which its transaction needs.
            if (!draining()) {
                saver.look();
            }
        } catch (RuntimeException e) {
            LOG.error("looking after tunnels failed", e);
        }
    }

    private synchronized boolean draining() {
        return draining != null;
    }

    /** Opens tunnels to endpoints that are new, and leaves those that are not wanted any more. */
    private synchronized void refresh() {
        Optional<Network> network = services.networks().best();
        if (ended || network.isEmpty()) {
            return;
        }
        listening.tend();
        if (draining != null) {
            leave();
            return;
        }
        // A network that was there before it had seen the configuration is taken now.
        boolean listens = listening.failures().isEmpty() && listening.listensOn(network.get());
        if (!listens && listening.listen(network.get(), core.settings())) {
            optionsChanged();
        }
        endpoints.refresh(network.get());
        listening.retireOne(fibre -> fibre.loop().network() != network.get(), "the network module was replaced");
        discovery.tend(network.get().loops().get(0).nanoTime());
    }

    // ---- a newer version takes over

    @Override
    public int users() {
        return endpoints.fibres() + listening.fibres();
    }

    /** Peers that dial find the newer version; its own tunnels have a moment to come up before those of this one retire. */
    @Override
    public synchronized void drain() {
        if (draining == null) {
            draining = clock.getAsLong();
            listening.closeListeners();
        }
    }

    private void leave() {
        String reason = "the isession module was replaced";
        listening.retireOne(fibre -> true, reason);
        if (clock.getAsLong() - draining >= Endpoints.GRACE) {
            endpoints.retire(reason);
        }
        endpoints.tidy();
    }

    @Override
    public synchronized void resume() {
        if (draining != null) {
            draining = null;
            services.networks().best().ifPresent(network -> listening.listen(network, core.settings()));
            optionsChanged();
            refresh();
        }
    }

    /** There are other routes to be told. */
    synchronized void routesChanged() {
        optionsChanged();
    }

    private void optionsChanged() {
        listening.optionsChanged();
        endpoints.each(Endpoint::optionsChanged);
    }

    // ---- other modules

    /** What comes and goes beside this module. */
    private final class Following implements Modules.Listener {
        @Override
        public void networkCame() {
            synchronized (IsessionService.this) {
                networkChanged();
            }
        }

        @Override
        public void networkLeft(Network network) {
            synchronized (IsessionService.this) {
                networkChanged();
                endpoints.lost(network);
                listening.stop(fibre -> fibre.loop().network() == network, "the network module changes");
            }
        }

        @Override
        public void tlsCame() {
            endpoints.each(endpoint -> endpoint.tunnels().forEach(Tunnel::wake));
        }

        @Override
        public void trustChanged() {
            discovery.changed();
            listening.trustChanged();
            endpoints.each(Endpoint::trustChanged);
        }

        /** Without the lock: a dictionary tells of a change while it holds its own. */
        @Override
        public void optionsChanged() {
            IsessionService.this.optionsChanged();
        }
    }

    /** What listens goes on with the newest network, and waits while there is none. */
    private void networkChanged() {
        if (!ended) {
            Optional<Network> network = services.networks().best();
            listening.network(network.orElse(null));
            if (draining == null) {
                network.ifPresent(newest -> listening.listen(newest, core.settings()));
            }
            refresh();
        }
    }
}
