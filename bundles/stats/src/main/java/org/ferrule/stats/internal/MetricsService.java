package org.ferrule.stats.internal;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Draft;
import org.ferrule.config.Reservation;
import org.ferrule.config.Secrets;
import org.ferrule.module.Providers;
import org.ferrule.shell.StatusProvider;
import org.ferrule.tls.TlsProfiles;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Has metrics be fetched as {@code sys metrics} says. */
// Registered by hand below, so that Karaf's resolver must be told of it.
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.ferrule.shell.StatusProvider\"")
@Component(service = MetricsService.class)
public final class MetricsService {
    private static final String TOKEN = "token";
    private static final Duration AGAIN = Duration.ofSeconds(10);

    private final Providers<Secrets> secrets = new Providers<>();
    private final Providers<TlsProfiles> profiles = new Providers<>();
    private final MetricsToken token = new MetricsToken(secrets::best);
    private final MetricsEndpoint endpoint;
    private final Optional<ServiceRegistration<?>> registration;
    private final Ticker ticker;
    private volatile MetricsSettings settings;

    /** Listens nowhere before it is told to. */
    @Activate
    public MetricsService(@Reference Statuses statuses, BundleContext context) {
        MetricsHandler handler = new MetricsHandler(statuses::all, token, () -> settings);
        endpoint = new MetricsEndpoint(new ProfileTls(profiles::best, () -> settings.tlsProfile()), handler);
        StatusProvider status = new MetricsStatus(endpoint, handler, () -> settings);
        registration =
                Optional.ofNullable(context).map(there -> there.registerService(StatusProvider.class, status, null));
        // A port that was taken, or an address that is not there yet, may be had later.
        ticker = new Ticker("metrics-port", endpoint::adjust, AGAIN);
    }

    @Deactivate
    void close() {
        ticker.close();
        registration.ifPresent(ServiceRegistration::unregister);
        endpoint.close();
    }

    /** Seals a token that was typed. */
    void complete(Draft draft) throws ConfigException {
        ConfigObject own = draft.now().own().get(MetricsSettings.ID);
        if (own == null || !(own.properties().get(TOKEN) instanceof String typed) || typed.startsWith(Secrets.PREFIX)) {
            return;
        }
        if (typed.length() < MetricsSettings.LEAST_TOKEN) {
            throw ConfigException.invalid("Metrics (" + MetricsSettings.KIND + "): token has " + typed.length()
                    + " characters; at least " + MetricsSettings.LEAST_TOKEN + " are needed, as from: openssl rand -hex"
                    + " 20");
        }
        Map<String, Object> sealed = new HashMap<>(own.properties());
        sealed.put(TOKEN, token.seal(typed));
        draft.put(MetricsSettings.ID, sealed);
    }

    /** Takes the port that is wanted; where nothing changes here, nothing is refused either. */
    Reservation prepare(ConfigTree running, ConfigTree proposed) throws ConfigException {
        Optional<MetricsSettings> wanted = proposed.view(MetricsSettings.class, "");
        return wanted.isEmpty() || wanted.equals(running.view(MetricsSettings.class, ""))
                ? Reservation.NOTHING
                : endpoint.reserve(wanted.get());
    }

    /** Follows the configuration. */
    void follow(ConfigTree tree) {
        tree.view(MetricsSettings.class, "").ifPresent(now -> {
            settings = now;
            endpoint.follow(now);
        });
    }

    @Reference(
            service = Secrets.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindSecrets(ServiceReference<Secrets> reference, Secrets service) {
        secrets.add(reference, service);
    }

    void unbindSecrets(ServiceReference<Secrets> reference) {
        secrets.remove(reference);
    }

    @Reference(
            service = TlsProfiles.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindProfiles(ServiceReference<TlsProfiles> reference, TlsProfiles service) {
        profiles.add(reference, service);
    }

    void unbindProfiles(ServiceReference<TlsProfiles> reference) {
        profiles.remove(reference);
    }
}
