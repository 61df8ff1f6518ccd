package org.ferrule.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.systemTimeout;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
import org.ops4j.pax.exam.options.extra.VMOption;
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
        List<Option> options = new ArrayList<>(List.of(
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
                        Integer.toString(Ports.free("127.0.0.1", 0))),
                // The probe comes from where Maven put it; an appliance itself has no repository but its own.
                editConfigurationFilePut(
                        "etc/org.ops4j.pax.url.mvn.cfg",
                        "org.ops4j.pax.url.mvn.localRepository",
                        localRepository().toString()),
                editConfigurationFilePut(
                        "etc/org.ops4j.pax.url.mvn.cfg",
                        "org.ops4j.pax.url.mvn.defaultRepositories",
                        "file:${karaf.home}/${karaf.default.repository}@id=system.repository@snapshots, "
                                + localRepository().toUri() + "@id=local@snapshots")));
        asKarafsLauncherDoes().map(VMOption::new).forEach(options::add);
        return options.toArray(Option[]::new);
    }

    private static Path localRepository() {
        return Path.of(System.getProperty(
                "localRepository", System.getProperty("user.home") + File.separator + ".m2/repository"));
    }

    /** What {@code bin/karaf} tells Java 9 and later; Pax Exam starts Java itself. */
    private static Stream<String> asKarafsLauncherDoes() {
        Stream<String> open = Stream.of(
                        "java.base/java.security",
                        "java.base/java.net",
                        "java.base/java.lang",
                        "java.base/java.util",
                        "java.base/java.nio",
                        "java.base/sun.nio.ch",
                        "java.naming/javax.naming.spi")
                .map(name -> "--add-opens=" + name + "=ALL-UNNAMED");
        return Stream.concat(
                open,
                Stream.of(
                        "--add-reads=java.xml=java.logging",
                        "--add-exports=java.base/org.apache.karaf.specs.locator=java.xml,ALL-UNNAMED",
                        "--patch-module=java.base=" + endorsed("org.apache.karaf.specs.locator-"),
                        "--patch-module=java.xml=" + endorsed("org.apache.karaf.specs.java.xml-"),
                        "-classpath",
                        "lib/jdk9plus/*" + File.pathSeparator + "lib/boot/*"));
    }

    private static String endorsed(String name) {
        String[] found = Checkout.distribution()
                .resolve("lib/endorsed")
                .toFile()
                .list((folder, file) -> file.matches(java.util.regex.Pattern.quote(name) + "[0-9].*[.]jar"));
        return "lib/endorsed/" + found[0];
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
        List<String> kinds = List.of(
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
                "auth user");
        // Modules bring their kinds as they start; the container lets tests in before the last has.
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS);
        List<String> missing = missing(kinds);
        while (!missing.isEmpty() && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            missing = missing(kinds);
        }
        assertEquals(List.of(), missing);
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
