package org.ferrule.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.inject.Inject;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Configuration;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.module.Providers;
import org.ferrule.shell.Account;
import org.ferrule.shell.Shell;
import org.ferrule.shell.ShellSession;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;

/**
 * From inside the assembled distribution: every bundle is active, every kind has its owner, the shell works. {@link
 * WiringIT} sends it there.
 */
public class WiringProbe {
    private static final long START_MILLIS = 120_000;

    @Inject
    private BundleContext context;

    @Inject
    private Configuration configuration;

    @Inject
    private Shell shell;

    @Inject
    private ServiceComponentRuntime components;

    @Test
    public void everyBundleIsActive() {
        List<String> not = new ArrayList<>();
        for (Bundle bundle : context.getBundles()) {
            boolean fragment = bundle.getHeaders().get("Fragment-Host") != null;
            if (bundle.getState() != Bundle.ACTIVE && !fragment) {
                not.add(bundle.getSymbolicName() + " is in state " + bundle.getState());
            }
        }
        assertEquals(List.of(), not);
    }

    /** An active bundle says little: what is in it may still wait for something. */
    @Test
    public void everyComponentHasWhatItRefersTo() {
        awaitNone(this::wanting);
    }

    private List<String> wanting() {
        List<String> wanting = new ArrayList<>();
        for (ComponentDescriptionDTO component : components.getComponentDescriptionDTOs()) {
            if (!component.bundle.symbolicName.startsWith("org.ferrule.")) {
                continue;
            }
            Collection<ComponentConfigurationDTO> configurations = components.getComponentConfigurationDTOs(component);
            if (configurations.isEmpty()) {
                wanting.add(component.name + " is not there");
            }
            for (ComponentConfigurationDTO configuration : configurations) {
                Map<String, Integer> bound = Arrays.stream(configuration.satisfiedReferences)
                        .collect(Collectors.toMap(r -> r.name, r -> r.boundServices.length));
                for (ReferenceDTO reference : component.references) {
                    if (bound.getOrDefault(reference.name, 0) == 0) {
                        wanting.add(component.name + " has no " + reference.name);
                    }
                }
                if (configuration.state != ComponentConfigurationDTO.ACTIVE) {
                    wanting.add(component.name + " is in state " + configuration.state);
                }
            }
        }
        return wanting;
    }

    @Test
    public void noBundleIsThereTwice() {
        Map<String, Long> count = Arrays.stream(context.getBundles())
                .filter(b -> b.getSymbolicName().startsWith("org.ferrule."))
                .collect(Collectors.groupingBy(Bundle::getSymbolicName, Collectors.counting()));
        assertTrue(count.toString(), count.size() >= 15);
        assertTrue(count.toString(), count.values().stream().allMatch(n -> n == 1));
    }

    @Test
    public void everyKindHasItsOwner() {
        List<String> kinds = List.of(
                "ltm virtual",
                "ltm pool",
                "ltm node",
                "ltm monitor tcp",
                "ltm monitor http",
                "ltm profile tcp",
                "ltm profile http",
                "ltm profile client-ssl",
                "ltm profile server-ssl",
                "wom profile isession",
                "wom local-endpoint",
                "wom remote-endpoint",
                "wom advertised-route",
                "wom server-discovery",
                "cm device",
                "cm trusted-device",
                "sys db",
                "sys global-settings",
                "sys syslog",
                "sys software",
                "sys software signer",
                "auth user");
        awaitNone(() -> missing(kinds));
    }

    /** Modules come one after the other, and the container lets tests in before the last. */
    private static void awaitNone(Supplier<List<String>> wanting) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS);
        List<String> left = wanting.get();
        while (!left.isEmpty() && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            left = wanting.get();
        }
        assertEquals(List.of(), left);
    }

    private List<String> missing(List<String> kinds) {
        List<String> known =
                configuration.kinds().stream().map(KindDescriptor::name).toList();
        return kinds.stream()
                .filter(kind -> !known.contains(kind) || !configuration.available(kind))
                .toList();
    }

    @Test
    public void theShellConfiguresAndSaves() throws ConfigException {
        ShellSession session = shell.open(new Account("admin", Account.Role.ADMIN, "tmsh"), Map.of());
        var out = new java.io.StringWriter();
        var err = new java.io.StringWriter();
        int exit = session.execute(
                "create ltm pool inside members add { 127.0.30.1:8000 } monitor http; list ltm pool inside; delete ltm pool inside; save sys config",
                new java.io.PrintWriter(out, true),
                new java.io.PrintWriter(err, true));
        assertEquals(err.toString(), 0, exit);
        assertTrue(out.toString(), out.toString().contains("ltm pool inside {"));
    }

    @Test
    public void providersAreExportedOnce() {
        assertEquals(
                1,
                Arrays.stream(context.getBundles())
                        .filter(b -> String.valueOf(b.getHeaders().get("Export-Package"))
                                .contains(Providers.class.getPackageName() + ";"))
                        .count());
    }
}
