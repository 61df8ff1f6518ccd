package org.ferrule.software.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarInputStream;
import java.util.stream.Collectors;
import org.apache.karaf.features.BundleInfo;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeaturesService;
import org.ferrule.software.internal.Platform.Fallen;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.framework.wiring.BundleRevision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds bundles that should run and do not.
 *
 * @param context the system bundle's
 * @param features what Karaf has installed
 */
record Missing(BundleContext context, FeaturesService features) {
    private static final Logger LOG = LoggerFactory.getLogger(Missing.class);
    private static final int DOWN = Bundle.INSTALLED | Bundle.RESOLVED;

    List<Fallen> fallen() {
        List<Fallen> fallen = new ArrayList<>();
        int reached = context.getBundle().adapt(FrameworkStartLevel.class).getStartLevel();
        for (Bundle bundle : context.getBundles()) {
            BundleStartLevel level = bundle.adapt(BundleStartLevel.class);
            // The framework remembers who was started and not stopped; what fell may be of the platform, too.
            if ((bundle.getState() & DOWN) != 0
                    && level.isPersistentlyStarted()
                    && level.getStartLevel() <= reached
                    && !isFragment(bundle)) {
                fallen.add(new Fallen(
                        bundle.getSymbolicName() + " " + bundle.getVersion(),
                        bundle.getLocation(),
                        OptionalLong.of(bundle.getBundleId()),
                        level.getStartLevel()));
            }
        }
        Set<String> locations =
                Arrays.stream(context.getBundles()).map(Bundle::getLocation).collect(Collectors.toSet());
        for (BundleInfo needed : modules()) {
            if (!locations.contains(needed.getLocation())) {
                gone(needed).ifPresent(fallen::add);
            }
        }
        return fallen;
    }

    private static boolean isFragment(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        return revision == null || (revision.getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    }

    /** What features that are installed name above the platform: Karaf itself decides about the rest. */
    private List<BundleInfo> modules() {
        try {
            List<BundleInfo> modules = new ArrayList<>();
            for (Feature feature : features.listInstalledFeatures()) {
                for (BundleInfo bundle : feature.getBundles()) {
                    if (bundle.getStartLevel() > Planner.PLATFORM_LEVEL && bundle.isStart() && !bundle.isDependency()) {
                        modules.add(bundle);
                    }
                }
            }
            return modules;
        } catch (Exception e) {
            // The features service declares no less.
            throw new IllegalStateException("Karaf does not tell which features are installed", e);
        }
    }

    private Optional<Fallen> gone(BundleInfo needed) {
        try (InputStream in = new URL(needed.getLocation()).openStream();
                JarInputStream jar = new JarInputStream(in)) {
            Attributes main = jar.getManifest().getMainAttributes();
            String name =
                    main.getValue(Constants.BUNDLE_SYMBOLICNAME).split(";")[0].strip();
            if (Arrays.stream(context.getBundles()).anyMatch(bundle -> name.equals(bundle.getSymbolicName()))) {
                return Optional.empty();
            }
            return Optional.of(new Fallen(
                    name + " " + main.getValue(Constants.BUNDLE_VERSION),
                    needed.getLocation(),
                    OptionalLong.empty(),
                    needed.getStartLevel()));
        } catch (IOException | NullPointerException e) {
            LOG.debug("What {} was installed from is not there any more", needed.getLocation(), e);
            return Optional.empty();
        }
    }
}
