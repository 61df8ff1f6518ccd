package org.ferrule.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.inject.Inject;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.apache.karaf.shell.api.console.Command;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;
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

    @Inject
    private SessionFactory consoles;

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
                "sys log-config",
                "sys log-rotate",
                "sys syslog",
                "sys software",
                "sys software signer",
                "sys health",
                "sys metrics",
                "sys performance",
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

    /** Karaf leaves commands that no list of roles names open to all; here none is, in whichever scope. */
    @Test
    public void everyConsoleCommandIsForAdministratorsOnly() {
        List<Command> commands = consoles.getRegistry().getCommands();
        Set<String> scopes = commands.stream().map(Command::getScope).collect(Collectors.toCollection(TreeSet::new));
        assertTrue(
                scopes.toString(), scopes.containsAll(List.of("bundle", "config", "feature", "jaas", "log", "shell")));
        List<String> open = new ArrayList<>();
        for (Command command : commands) {
            // Karaf's own prefix for commands that need no scope to be typed.
            String name =
                    command.getScope().equals("*") ? command.getName() : command.getScope() + ":" + command.getName();
            for (List<String> roles : List.of(
                    List.<String>of(), List.of("viewer"), List.of("manager", "viewer", "systembundles", "ssh"))) {
                if (!refused(name, roles)) {
                    open.add(name + " to " + roles);
                }
            }
        }
        assertEquals(List.of(), open);
    }

    @Test
    public void administratorsHaveTheConsoleCommands() {
        for (String command : List.of("bundle:list", "config:list", "kar:list", "log:get")) {
            assertFalse(command, refused(command, List.of("admin")));
        }
    }

    private boolean refused(String command, List<String> roles) {
        try {
            as(roles, session -> session.execute(command + " --help"));
            return false;
        } catch (Exception e) {
            return e instanceof SecurityException
                    || e.getCause() instanceof SecurityException
                    || e.getClass().getSimpleName().equals("CommandNotFoundException");
        }
    }

    private interface Work {
        Object in(Session session) throws Exception;
    }

    private Object as(List<String> roles, Work work) throws Exception {
        Subject subject = new Subject();
        subject.getPrincipals().add(new UserPrincipal("probe"));
        roles.forEach(role -> subject.getPrincipals().add(new RolePrincipal(role)));
        try {
            return Subject.doAs(subject, (PrivilegedExceptionAction<Object>) () -> {
                PrintStream print = new PrintStream(new ByteArrayOutputStream(), true);
                Session session = consoles.create(new ByteArrayInputStream(new byte[0]), print, print);
                try {
                    return work.in(session);
                } finally {
                    session.close();
                }
            });
        } catch (PrivilegedActionException e) {
            throw e.getException();
        }
    }
}
