package org.ferrule.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.ops4j.pax.exam.CoreOptions.systemTimeout;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;

import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.inject.Inject;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Configuration;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.lab.Checkout;
import org.ferrule.lab.Ports;
import org.ferrule.module.Providers;
import org.ferrule.shell.Account;
import org.ferrule.shell.Shell;
import org.ferrule.shell.ShellSession;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** From inside the assembled distribution: every bundle is active, every kind has its owner, the shell works. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class WiringIT {
    private static final long START_MILLIS = 120_000;

    @Inject
    private BundleContext context;

    @Inject
    private Configuration configuration;

    @Inject
    private Shell shell;

    /** The distribution as it was built, with a home of its own. */
    @org.ops4j.pax.exam.Configuration
    public Option[] distribution() {
        return options(
                karafDistributionConfiguration()
                        .frameworkUrl(Checkout.archive().toUri().toString())
                        .name("Ferrule")
                        .unpackDirectory(new File("target/exam"))
                        .useDeployFolder(false),
                configureConsole().ignoreLocalConsole().ignoreRemoteShell(),
                systemTimeout(START_MILLIS),
                editConfigurationFilePut("etc/custom.system.properties", "ferrule.home", "${karaf.base}/home"),
                editConfigurationFilePut(
                        "etc/custom.system.properties",
                        "ferrule.option.ssh-port",
                        Integer.toString(Ports.free("127.0.0.1", 0))));
    }

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
        List<String> kinds =
                configuration.kinds().stream().map(KindDescriptor::name).toList();
        for (String kind : List.of(
                "ltm virtual",
                "ltm pool",
                "ltm node",
                "ltm monitor tcp",
                "ltm monitor http",
                "ltm profile tcp",
                "ltm profile client-ssl",
                "ltm profile server-ssl",
                "wom profile isession",
                "wom local-endpoint",
                "wom remote-endpoint",
                "cm device",
                "cm trusted-device",
                "sys global-settings",
                "auth user")) {
            assertTrue(kind + " is none of " + kinds, kinds.contains(kind));
            assertTrue(kind + " has no running owner", configuration.available(kind));
        }
    }

    @Test
    public void theShellConfiguresAndSaves() throws ConfigException {
        ShellSession session = shell.open(new Account("admin", Account.Role.ADMIN, "tmsh"), Map.of());
        var out = new java.io.StringWriter();
        var err = new java.io.StringWriter();
        int exit = session.execute(
                "create ltm pool inside members add { 127.0.30.1:8000 } monitor http; list ltm pool inside; save sys config",
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
