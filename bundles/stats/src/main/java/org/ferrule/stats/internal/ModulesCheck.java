package org.ferrule.stats.internal;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.ferrule.config.Configuration;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/**
 * Finds modules that do not run: bundles that are stopped, components that wait for something, kinds whose owner is away,
 * owners that fail when they are asked.
 */
record ModulesCheck(
        BundleContext context,
        ServiceComponentRuntime components,
        Supplier<Optional<Configuration>> configuration,
        Supplier<List<KindStatus>> statuses)
        implements HealthCheck {
    private static final String OURS = "org.ferrule.";
    private static final String CONSOLE = "In Karaf's console (run /util karaf): ";

    @Override
    public Result execute() {
        Findings findings = new Findings();
        for (Bundle bundle : context.getBundles()) {
            boolean fragment = bundle.getHeaders().get("Fragment-Host") != null;
            if (bundle.getSymbolicName() != null && bundle.getSymbolicName().startsWith(OURS) && !fragment) {
                bundle(findings, bundle);
            }
        }
        Optional<Configuration> running = configuration.get();
        if (running.isEmpty()) {
            findings.critical("module config", "it is not running; nothing can be configured", CONSOLE + "bundle:list");
        } else {
            running.get().kinds().stream()
                    .filter(kind -> !running.get().available(kind.name()))
                    .forEach(kind -> findings.critical(
                            kind.name(), "the module that owns it is not running", CONSOLE + "bundle:list"));
        }
        statuses.get().stream()
                .filter(kind -> !kind.problem().isEmpty())
                .forEach(kind -> findings.warn(
                        kind.kind(), "its module cannot tell its status: " + kind.problem(), "Look into the log"));
        return findings.result();
    }

    private void bundle(Findings findings, Bundle bundle) {
        String name = "module " + bundle.getSymbolicName().substring(OURS.length()) + " " + bundle.getVersion();
        if (bundle.getState() == Bundle.ACTIVE) {
            for (ComponentDescriptionDTO component : components.getComponentDescriptionDTOs(bundle)) {
                component(findings, name, component);
            }
        } else if (bundle.getState() != Bundle.UNINSTALLED && bundle.getState() != Bundle.STARTING) {
            findings.critical(
                    name, "it is " + state(bundle.getState()), CONSOLE + "bundle:start " + bundle.getBundleId());
        }
    }

    private static String state(int state) {
        return switch (state) {
            case Bundle.INSTALLED -> "not resolved: something that it needs is missing";
            case Bundle.STOPPING -> "being stopped";
            default -> "stopped";
        };
    }

    private void component(Findings findings, String module, ComponentDescriptionDTO component) {
        for (ComponentConfigurationDTO configured : components.getComponentConfigurationDTOs(component)) {
            if (configured.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
                findings.critical(module + ", " + component.name, "it failed to start", "The log says why");
            }
            for (UnsatisfiedReferenceDTO missing : configured.unsatisfiedReferences) {
                findings.critical(
                        module + ", " + component.name,
                        "it waits for " + missing.name,
                        CONSOLE + "scr:info " + component.name);
            }
        }
    }
}
