package org.ferrule.isession.internal;

import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.ferrule.config.Assign;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Configuration;
import org.ferrule.config.Edit;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Addresses;
import org.ferrule.config.kind.Kinds;
import org.ferrule.config.kind.Subnet;
import org.ferrule.isession.internal.AdvertisedRoute.Origin;
import org.ferrule.module.Providers;
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

/** Each second has what was discovered looked at, peers told if that is news, and the configuration written. */
@Component(
        service = {},
        immediate = true)
public final class ServerDiscoveryKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(ServerDiscoveryKeeper.class);
    private static final int LOOK_SECONDS = 1;

    private final IsessionService isessions;
    private final Providers<Configuration> configurations = new Providers<>();
    private final ScheduledExecutorService keeper;

    /** Not tried again before something changes. */
    private List<Edit> refused = List.of();

    @Activate
    public ServerDiscoveryKeeper(@Reference IsessionService isessions) {
        this(isessions, Background.thread("ferrule-discovery"));
    }

    /** @param keeper runs what is done each second */
    ServerDiscoveryKeeper(IsessionService isessions, ScheduledExecutorService keeper) {
        this.isessions = isessions;
        this.keeper = keeper;
        keeper.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    @Deactivate
    void deactivate() {
        keeper.shutdownNow();
    }

    private void look() {
        try {
            if (isessions.core().servers().look()) {
                isessions.routesChanged();
            }
            configurations.best().ifPresent(this::save);
        } catch (RuntimeException e) {
            LOG.error("server discovery failed", e);
        }
    }

    /** A transaction calls the module back: no lock of it may be held. */
    private void save(Configuration configuration) {
        Settings settings = isessions.core().settings();
        List<Edit> edits = settings.serverDiscovery().autoSave() ? edits(settings) : List.of();
        if (edits.isEmpty() || edits.equals(refused)) {
            return;
        }
        try {
            configuration.commit(edits);
            refused = List.of();
        } catch (ConfigException e) {
            refused = edits;
            LOG.warn("What server discovery found cannot be saved: {}", e.getMessage());
        }
    }

    private List<Edit> edits(Settings settings) {
        return isessions.core().found().stream()
                .map(Route::subnet)
                .filter(subnet -> !settings.advertised().containsKey(name(subnet)))
                .limit(Math.max(0, Routes.MOST - settings.advertised().size()))
                .map(ServerDiscoveryKeeper::create)
                .toList();
    }

    private static Edit create(Subnet subnet) {
        return new Edit.Create(
                new ObjectId(AdvertisedRoute.KIND, name(subnet)),
                List.of(
                        new Assign.Value("dest", subnet.toString()),
                        new Assign.Value("origin", Kinds.typed(Origin.PERSISTABLE))));
    }

    /** What a found route is called: names have no slash. */
    static String name(Subnet subnet) {
        String address = Addresses.text(subnet.address());
        return ObjectId.fullName(
                ObjectId.COMMON, "discovered-" + (subnet.one() ? address : address + "-" + subnet.prefix()));
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindConfiguration(ServiceReference<Configuration> reference, Configuration configuration) {
        configurations.add(reference, configuration);
    }

    void unbindConfiguration(ServiceReference<Configuration> reference) {
        configurations.remove(reference);
    }
}
