package org.ferrule.software.internal;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * Resolves bundles, and tells which others the framework resolved for them. Others resolve bundles at the same time, as Karaf's
 * deployers at a start: only what is wired with ours was resolved for them.
 */
final class Resolution {
    private static final int UNRESOLVED = Bundle.INSTALLED | Bundle.UNINSTALLED;

    private final BundleContext context;
    private final Set<Bundle> unresolvedBefore;
    private Set<Bundle> ours = Set.of();

    /** @param context the system bundle's */
    Resolution(BundleContext context) {
        this.context = context;
        this.unresolvedBefore = Arrays.stream(context.getBundles())
                .filter(Resolution::isUnresolved)
                .collect(Collectors.toSet());
    }

    static boolean isUnresolved(Bundle bundle) {
        return (bundle.getState() & UNRESOLVED) != 0;
    }

    /** Whether all of them are resolved now; those that are gone do not count. */
    boolean resolve(Set<Long> ids) {
        ours = ids.stream().map(context::getBundle).filter(Objects::nonNull).collect(Collectors.toSet());
        return context.getBundle().adapt(FrameworkWiring.class).resolveBundles(ours);
    }

    /** The symbolic names of others that were resolved for them. */
    List<String> others() {
        Set<Bundle> reached = new HashSet<>(ours);
        Deque<Bundle> open = new ArrayDeque<>(ours);
        Set<String> others = new TreeSet<>();
        while (!open.isEmpty()) {
            for (Bundle bundle : wiredWith(open.poll())) {
                if (unresolvedBefore.contains(bundle) && reached.add(bundle)) {
                    others.add(bundle.getSymbolicName());
                    open.add(bundle);
                }
            }
        }
        return List.copyOf(others);
    }

    /** Those that it uses, and the fragments that are attached to it. */
    private static Collection<Bundle> wiredWith(Bundle bundle) {
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        if (wiring == null) {
            return List.of();
        }
        return Stream.concat(
                        wiring.getRequiredWires(null).stream().map(BundleWire::getProvider),
                        wiring.getProvidedWires(HostNamespace.HOST_NAMESPACE).stream()
                                .map(BundleWire::getRequirer))
                .map(revision -> revision.getBundle())
                .toList();
    }
}
