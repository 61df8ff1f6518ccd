package org.ferrule.archive.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** The bundles and their components, as text. */
final class FrameworkFacts {
    private FrameworkFacts() {}

    static String bundles(BundleContext context) {
        StringBuilder text = new StringBuilder("id, state, start level, version, name\n");
        for (Bundle bundle : context.getBundles()) {
            BundleStartLevel level = bundle.adapt(BundleStartLevel.class);
            text.append(String.format(
                    Locale.ROOT,
                    "%4d  %-11s %3s  %-20s %s%n",
                    bundle.getBundleId(),
                    state(bundle.getState()),
                    level == null ? "" : level.getStartLevel(),
                    bundle.getVersion(),
                    bundle.getSymbolicName()));
        }
        return text.toString();
    }

    private static String state(int state) {
        return switch (state) {
            case Bundle.ACTIVE -> "Active";
            case Bundle.RESOLVED -> "Resolved";
            case Bundle.INSTALLED -> "Installed";
            case Bundle.STARTING -> "Starting";
            case Bundle.STOPPING -> "Stopping";
            default -> Integer.toString(state);
        };
    }

    static String components(ServiceComponentRuntime runtime) {
        StringBuilder text = new StringBuilder();
        for (ComponentDescriptionDTO component : runtime.getComponentDescriptionDTOs()) {
            List<String> configurations = new ArrayList<>();
            for (ComponentConfigurationDTO configuration : runtime.getComponentConfigurationDTOs(component)) {
                configurations.add(state(configuration));
            }
            text.append(component.name)
                    .append(" of ")
                    .append(component.bundle.symbolicName)
                    .append(": ");
            text.append(configurations.isEmpty() ? "none" : String.join("; ", configurations))
                    .append('\n');
        }
        return text.toString();
    }

    private static String state(ComponentConfigurationDTO configuration) {
        String state =
                switch (configuration.state) {
                    case ComponentConfigurationDTO.ACTIVE -> "active";
                    case ComponentConfigurationDTO.SATISFIED -> "satisfied";
                    case ComponentConfigurationDTO.FAILED_ACTIVATION -> "failed: " + configuration.failure;
                    default -> "unsatisfied";
                };
        for (UnsatisfiedReferenceDTO reference : configuration.unsatisfiedReferences) {
            state += ", lacks " + reference.name;
        }
        return state;
    }
}
