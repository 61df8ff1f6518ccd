package org.ferrule.software.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.karaf.features.BundleInfo;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeaturesService;
import org.ferrule.module.Drainable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.VersionRange;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The framework that this bundle runs in. What belongs to a feature is removed through Karaf's features service, which
 * would otherwise bring it back at its next change.
 */
final class OsgiPlatform implements Platform {
    private static final Logger LOG = LoggerFactory.getLogger(OsgiPlatform.class);
    private static final String ROOT = "root";
    private static final String FEATURE = "feature:";

    private final Bundle own;
    private final BundleContext context;
    private final FeaturesService features;
    private final Health health;
    private final Conflicts conflicts;
    private final Missing missing;
    private final Condition condition;

    OsgiPlatform(BundleContext context, FeaturesService features, Health health, Condition condition) {
        this.condition = condition;
        own = context.getBundle();
        // The system bundle's: bundles outlive the one that installed them.
        this.context = context.getBundle(Constants.SYSTEM_BUNDLE_ID).getBundleContext();
        this.features = features;
        this.health = health;
        this.conflicts = new Conflicts(this.context);
        this.missing = new Missing(this.context, features);
    }

    private FrameworkWiring wiring() {
        return context.getBundle().adapt(FrameworkWiring.class);
    }

    @Override
    public List<Installed> bundles() {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getSymbolicName() != null && bundle.getBundleId() != 0)
                .map(OsgiPlatform::installed)
                .toList();
    }

    @Override
    public Installed self() {
        return installed(own);
    }

    private static Installed installed(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        return new Installed(
                bundle.getBundleId(),
                bundle.getSymbolicName(),
                bundle.getVersion(),
                bundle.getState() == Bundle.ACTIVE,
                bundle.adapt(BundleStartLevel.class).getStartLevel(),
                bundle.getLocation(),
                revision != null
                        && !revision.getDeclaredCapabilities(PackageNamespace.PACKAGE_NAMESPACE)
                                .isEmpty());
    }

    @Override
    public Optional<String> sha256(Installed bundle) {
        Optional<String> known = Manifest.sha256(bundle.location());
        if (known.isPresent()) {
            return known;
        }
        try (InputStream in = new URL(bundle.location()).openStream()) {
            return Optional.of(Digests.of(in));
        } catch (IOException e) {
            LOG.debug("What {} was installed from is not there any more", bundle.named(), e);
            return Optional.empty();
        }
    }

    @Override
    public byte[] content(Installed bundle) throws IOException {
        try (InputStream in = new URL(bundle.location()).openStream()) {
            return in.readAllBytes();
        }
    }

    @Override
    public long install(String location, InputStream content, int startLevel) throws IOException {
        try {
            Bundle bundle = context.installBundle(location, content);
            bundle.adapt(BundleStartLevel.class).setStartLevel(startLevel);
            return bundle.getBundleId();
        } catch (BundleException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public List<String> conflicts(Set<Long> ids) {
        return conflicts.of(ids);
    }

    @Override
    public void resolve(Set<Long> ids) throws IOException {
        Resolution resolution = new Resolution(context);
        if (!resolution.resolve(ids)) {
            for (long id : ids) {
                Bundle bundle = context.getBundle(id);
                if (bundle != null && Resolution.isUnresolved(bundle)) {
                    // Only the attempt tells why.
                    start(id);
                }
            }
        }
        List<String> others = resolution.others();
        if (!others.isEmpty()) {
            throw new IOException("bundles outside of the image were resolved too: " + others);
        }
    }

    @Override
    public void start(long id) throws IOException {
        Bundle bundle = bundle(id);
        try {
            bundle.start();
        } catch (BundleException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(bundle.getSymbolicName() + " does not start: " + cause, e);
        }
    }

    private Bundle bundle(long id) throws IOException {
        Bundle bundle = context.getBundle(id);
        if (bundle == null) {
            throw new IOException("the bundle " + id + " was taken away by somebody else");
        }
        return bundle;
    }

    @Override
    public List<String> ailments(long id, Optional<Long> predecessor) {
        Bundle bundle = context.getBundle(id);
        return bundle == null
                ? List.of("it was taken away by somebody else")
                : health.ailments(bundle, predecessor.map(context::getBundle));
    }

    @Override
    public Map<String, String> problems() throws InterruptedException {
        return condition.problems();
    }

    @Override
    public List<Fallen> fallen() {
        return missing.fallen();
    }

    @Override
    public void raise(Fallen fallen) throws IOException {
        long id;
        if (fallen.id().isPresent()) {
            id = fallen.id().getAsLong();
        } else {
            try (InputStream in = new URL(fallen.location()).openStream()) {
                id = install(fallen.location(), in, fallen.startLevel());
            }
        }
        start(id);
    }

    @Override
    public void drain(long id) {
        drainables(id)
                .forEach(reference -> with(reference, drainable -> {
                    drainable.drain();
                    return 0;
                }));
    }

    @Override
    public void resume(long id) {
        drainables(id)
                .forEach(reference -> with(reference, drainable -> {
                    drainable.resume();
                    return 0;
                }));
    }

    @Override
    public int users(long id) {
        return drainables(id).stream()
                .mapToInt(reference -> with(reference, Drainable::users))
                .sum();
    }

    private List<ServiceReference<?>> drainables(long id) {
        Bundle bundle = context.getBundle(id);
        ServiceReference<?>[] services = bundle == null ? null : bundle.getRegisteredServices();
        return services == null
                ? List.of()
                : Arrays.stream(services)
                        .filter(service -> Health.offers(service, Drainable.class.getName()))
                        .toList();
    }

    /** Asks the bundle's own object; one that is going away at this moment has nobody left. */
    private int with(ServiceReference<?> reference, java.util.function.ToIntFunction<Drainable> ask) {
        Object service = context.getService(reference);
        try {
            return service instanceof Drainable drainable ? ask.applyAsInt(drainable) : 0;
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("{} does not answer while it is drained", reference.getBundle(), e);
            return 0;
        } finally {
            context.ungetService(reference);
        }
    }

    @Override
    public Optional<String> requirement(Installed bundle) {
        try {
            for (Feature feature : features.listInstalledFeatures()) {
                List<BundleInfo> bundles = feature.getBundles();
                if (bundles.size() == 1 && bundles.get(0).getLocation().equals(bundle.location())) {
                    return required(feature);
                }
            }
            return Optional.empty();
        } catch (Exception e) {
            // The features service declares no less.
            throw new IllegalStateException("Karaf does not tell which features are installed", e);
        }
    }

    /** The root requirement that stands for the feature, as Karaf spells it. */
    private Optional<String> required(Feature feature) {
        return features.listRequirements().getOrDefault(ROOT, Set.of()).stream()
                .filter(requirement -> meets(requirement, feature))
                .findFirst();
    }

    private static boolean meets(String requirement, Feature feature) {
        if (!requirement.startsWith(FEATURE)) {
            return false;
        }
        String[] parts = requirement.substring(FEATURE.length()).split("/", 2);
        return parts[0].equals(feature.getName())
                && (parts.length == 1
                        || new VersionRange(parts[1])
                                .includes(org.osgi.framework.Version.parseVersion(feature.getVersion())));
    }

    @Override
    public void remove(long id) throws IOException {
        Bundle bundle = context.getBundle(id);
        if (bundle == null) {
            return;
        }
        Optional<String> requirement = requirement(installed(bundle));
        try {
            if (requirement.isPresent()) {
                features.removeRequirements(
                        Map.of(ROOT, Set.of(requirement.get())),
                        EnumSet.of(FeaturesService.Option.NoAutoRefreshBundles));
            }
            if (bundle.getState() != Bundle.UNINSTALLED) {
                bundle.uninstall();
            }
        } catch (Exception e) {
            // The features service declares no less.
            throw new IOException(bundle.getSymbolicName() + " cannot be removed: " + e.getMessage(), e);
        }
        refresh(bundle);
    }

    /** Frees what the framework keeps of a bundle that was uninstalled, if nothing else would be refreshed with it. */
    private void refresh(Bundle bundle) {
        List<Bundle> tied = new ArrayList<>(wiring().getDependencyClosure(Set.of(bundle)));
        tied.remove(bundle);
        if (tied.isEmpty()) {
            wiring().refreshBundles(Set.of(bundle), event -> {
                if (event.getType() == FrameworkEvent.ERROR) {
                    LOG.warn("The framework did not free {}", bundle.getSymbolicName(), event.getThrowable());
                }
            });
        } else {
            LOG.warn("{} is kept by the framework until the next start: {} use it", bundle.getSymbolicName(), tied);
        }
    }

    @Override
    public void putBack(String requirement) throws IOException {
        try {
            require(requirement);
        } catch (Exception e) {
            // The features service declares no less.
            LOG.warn(
                    "{} cannot be installed again; trying it with the distribution's features read anew",
                    requirement,
                    e);
            putBackAnew(requirement);
        }
    }

    private void require(String requirement) throws Exception {
        features.addRequirements(
                Map.of(ROOT, Set.of(requirement)), EnumSet.of(FeaturesService.Option.NoAutoRefreshBundles));
    }

    /** After a start with a cleared cache Karaf was seen not to know the distribution's features any more. */
    private void putBackAnew(String requirement) throws IOException {
        try {
            for (String repository : distribution()) {
                features.addRepository(URI.create(repository));
            }
            require(requirement);
        } catch (Exception e) {
            // The features service declares no less.
            throw new IOException(requirement + " cannot be installed again: " + e.getMessage(), e);
        }
    }

    /** Where the distribution's features are described, as Karaf is configured. */
    private static List<String> distribution() throws IOException {
        Properties configured = new Properties();
        try (Reader file =
                Files.newBufferedReader(Path.of(System.getProperty("karaf.etc"), "org.apache.karaf.features.cfg"))) {
            configured.load(file);
        }
        return List.of(configured.getProperty("featuresRepositories", "").trim().split("\\s*,\\s*"));
    }
}
