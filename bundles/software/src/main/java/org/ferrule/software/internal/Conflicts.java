package org.ferrule.software.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.namespace.NativeNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.resource.Namespace;

/** Finds what keeps bundles that were installed from being resolved beside what runs, without resolving anything. */
final class Conflicts {
    private static final int RESOLVED = Bundle.RESOLVED | Bundle.STARTING | Bundle.ACTIVE | Bundle.STOPPING;

    private final BundleContext context;

    /** @param context the system bundle's */
    Conflicts(BundleContext context) {
        this.context = context;
    }

    List<String> of(Set<Long> ids) {
        Map<String, String> exporters = exporters(ids);
        List<String> conflicts = new ArrayList<>();
        for (long id : ids) {
            Bundle bundle = context.getBundle(id);
            BundleRevision revision = bundle.adapt(BundleRevision.class);
            String named = bundle.getSymbolicName() + " " + bundle.getVersion();
            for (String exported : packages(revision)) {
                if (exporters.containsKey(exported)) {
                    conflicts.add(named + " exports the package " + exported + ", which " + exporters.get(exported)
                            + " exports already: those who use it would not understand each other");
                }
            }
            for (BundleRequirement requirement : revision.getDeclaredRequirements(null)) {
                if (counts(requirement) && !met(requirement, ids)) {
                    conflicts.add(named + " needs what nothing here provides: " + requirement.getNamespace() + " "
                            + requirement.getDirectives().getOrDefault(Namespace.REQUIREMENT_FILTER_DIRECTIVE, ""));
                }
            }
        }
        return conflicts;
    }

    /** Who exports which package, among the others. */
    private Map<String, String> exporters(Set<Long> but) {
        Map<String, String> exporters = new TreeMap<>();
        for (Bundle bundle : context.getBundles()) {
            BundleRevision revision = bundle.adapt(BundleRevision.class);
            if (revision != null && !but.contains(bundle.getBundleId())) {
                packages(revision).forEach(p -> exporters.put(p, bundle.getSymbolicName()));
            }
        }
        return exporters;
    }

    private static List<String> packages(BundleRevision revision) {
        return revision.getDeclaredCapabilities(PackageNamespace.PACKAGE_NAMESPACE).stream()
                .map(capability -> (String) capability.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE))
                .toList();
    }

    /** Whether the framework would insist on it. */
    private static boolean counts(BundleRequirement requirement) {
        Map<String, String> directives = requirement.getDirectives();
        String resolution =
                directives.getOrDefault(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE, Namespace.RESOLUTION_MANDATORY);
        String effective =
                directives.getOrDefault(Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE, Namespace.EFFECTIVE_RESOLVE);
        return resolution.equals(Namespace.RESOLUTION_MANDATORY)
                && effective.equals(Namespace.EFFECTIVE_RESOLVE)
                // The framework judges by the machine, and has no capability to be found.
                && !requirement.getNamespace().equals(NativeNamespace.NATIVE_NAMESPACE);
    }

    /** Somebody who is not resolved would be resolved with it: he does not count. */
    private boolean met(BundleRequirement requirement, Set<Long> ids) {
        return context.getBundle().adapt(FrameworkWiring.class).findProviders(requirement).stream()
                .map(capability -> capability.getRevision().getBundle())
                .anyMatch(b -> ids.contains(b.getBundleId()) || (b.getState() & RESOLVED) != 0);
    }
}
