package org.ferrule.software.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.ferrule.config.ConfigModule;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** Tells whether a bundle does its work, by its components and by what it offers to the configuration. */
final class Health {
    private static final String NEEDS_SETTINGS = "require";

    private final ServiceComponentRuntime components;

    Health(ServiceComponentRuntime components) {
        this.components = components;
    }

    /** Whether the service is offered under that name. */
    static boolean offers(ServiceReference<?> service, String name) {
        return service.getProperty(Constants.OBJECTCLASS) instanceof String[] names
                && Arrays.asList(names).contains(name);
    }

    /** What the bundle lacks; what its predecessor lacks too does not count. */
    List<String> ailments(Bundle bundle, Optional<Bundle> predecessor) {
        if (bundle.getState() != Bundle.ACTIVE) {
            return List.of("the bundle is not active");
        }
        List<String> ailments = new ArrayList<>();
        Set<String> lame = predecessor.map(this::lame).orElse(Set.of());
        for (ComponentDescriptionDTO component : components.getComponentDescriptionDTOs(bundle)) {
            if (!lame.contains(component.name)) {
                ailment(component).ifPresent(ailments::add);
            }
        }
        if (predecessor.filter(Health::configures).isPresent() && !configures(bundle)) {
            ailments.add("it does not take part in the configuration, as the version before does");
        }
        return ailments;
    }

    private Set<String> lame(Bundle bundle) {
        return components.getComponentDescriptionDTOs(bundle).stream()
                .filter(component -> ailment(component).isPresent())
                .map(component -> component.name)
                .collect(Collectors.toSet());
    }

    private Optional<String> ailment(ComponentDescriptionDTO component) {
        if (!components.isComponentEnabled(component) || NEEDS_SETTINGS.equals(component.configurationPolicy)) {
            return Optional.empty();
        }
        Collection<ComponentConfigurationDTO> configurations = components.getComponentConfigurationDTOs(component);
        if (configurations.isEmpty()) {
            return Optional.of("the component " + component.name + " is not there yet");
        }
        for (ComponentConfigurationDTO configuration : configurations) {
            if (configuration.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
                return Optional.of("the component " + component.name + " fails: "
                        + configuration.failure.lines().findFirst().orElse(""));
            }
            if (configuration.state == ComponentConfigurationDTO.UNSATISFIED_REFERENCE) {
                return Optional.of("the component " + component.name + " lacks "
                        + Arrays.stream(configuration.unsatisfiedReferences)
                                .map(Health::named)
                                .toList());
            }
        }
        return Optional.empty();
    }

    private static String named(UnsatisfiedReferenceDTO reference) {
        return reference.name;
    }

    private static boolean configures(Bundle bundle) {
        ServiceReference<?>[] services = bundle.getRegisteredServices();
        return services != null
                && Arrays.stream(services).anyMatch(service -> offers(service, ConfigModule.class.getName()));
    }
}
