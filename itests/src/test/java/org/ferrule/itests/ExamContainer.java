package org.ferrule.itests;

import static org.ops4j.pax.exam.CoreOptions.environment;
import static org.ops4j.pax.exam.CoreOptions.systemTimeout;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ferrule.lab.Checkout;
import org.junit.Test;
import org.ops4j.pax.exam.ExamSystem;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.TestAddress;
import org.ops4j.pax.exam.TestContainer;
import org.ops4j.pax.exam.TestProbeBuilder;
import org.ops4j.pax.exam.options.extra.VMOption;
import org.ops4j.pax.exam.spi.DefaultExamSystem;
import org.ops4j.pax.exam.spi.PaxExamRuntime;

/**
 * The assembled distribution in a Karaf that Pax Exam starts. Pax Exam's own runner throws a container away after its
 * class; this one may be stopped, and started again on the folder that it left.
 */
final class ExamContainer implements AutoCloseable {
    private static final long START_MILLIS = 120_000;

    private final Path folder;
    private ExamSystem system;
    private TestContainer container;
    private Map<String, TestAddress> tests;

    private ExamContainer(Path folder) {
        this.folder = folder;
    }

    /** Unpacks the distribution's archive into a folder, which must not exist yet. */
    static ExamContainer unpack(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Process tar = new ProcessBuilder(
                        "tar", "-xzf", Checkout.archive().toString(), "-C", folder.toString(), "--strip-components=1")
                .redirectErrorStream(true)
                .start();
        String said = new String(tar.getInputStream().readAllBytes());
        if (tar.waitFor() != 0) {
            throw new IOException("tar cannot unpack " + Checkout.archive() + ": " + said);
        }
        return new ExamContainer(folder);
    }

    /** Where the appliance keeps what is its own: in the same folder, as it does when nobody says otherwise. */
    Path home() {
        return folder;
    }

    /**
     * Starts it, and puts a probe's tests inside.
     *
     * @param options options of {@code ferrule up}, handed over as {@code bin/ferrule} does
     */
    void start(Map<String, String> options, Class<?> probe) throws IOException {
        system = DefaultExamSystem.create(examOptions(options));
        container = PaxExamRuntime.createContainer(system);
        container.start();
        TestProbeBuilder builder = system.createProbe();
        tests = new HashMap<>();
        for (String name : testsOf(probe)) {
            tests.put(name, builder.addTest(probe, name));
        }
        container.installProbe(builder.build().getStream());
    }

    /** The tests that a probe has, by name. */
    static List<String> testsOf(Class<?> probe) {
        return Arrays.stream(probe.getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(java.lang.reflect.Method::getName)
                .sorted()
                .toList();
    }

    /** Runs one of the probe's tests inside. Fails as it does. */
    void inside(String test) {
        container.call(tests.get(test));
    }

    /** Stops it in good order, and waits until its process has ended. */
    void stop() {
        if (container != null) {
            container.stop();
            container = null;
            system.clear();
        }
    }

    @Override
    public void close() {
        stop();
    }

    private Option[] examOptions(Map<String, String> launch) {
        List<Option> options = new ArrayList<>(List.of(
                karafDistributionConfiguration()
                        .existing(folder.toFile())
                        .name("Ferrule")
                        .useDeployFolder(false),
                configureConsole().ignoreLocalConsole().ignoreRemoteShell(),
                systemTimeout(START_MILLIS),
                // The probe comes from where Maven put it; an appliance itself has no repository but its own.
                maven("localRepository", localRepository().toString()),
                maven(
                        "defaultRepositories",
                        "file:${karaf.home}/${karaf.default.repository}@id=system.repository@snapshots, "
                                + localRepository().toUri() + "@id=local@snapshots")));
        launch.forEach((name, value) -> options.add(
                environment("FERRULE_OPTION_" + name.toUpperCase(Locale.ROOT).replace('-', '_') + "=" + value)));
        asKarafsLauncherDoes().map(VMOption::new).forEach(options::add);
        return options.toArray(Option[]::new);
    }

    private static Option maven(String key, String value) {
        return editConfigurationFilePut("etc/org.ops4j.pax.url.mvn.cfg", "org.ops4j.pax.url.mvn." + key, value);
    }

    /** The repository that Maven runs this with, which it tells; else the usual one. */
    private static Path localRepository() {
        return Path.of(System.getProperty(
                "localRepository", System.getProperty("user.home") + File.separator + ".m2/repository"));
    }

    /** What {@code bin/karaf} and {@code bin/setenv} tell Java; Pax Exam starts Java itself. */
    private Stream<String> asKarafsLauncherDoes() {
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
                        // A container that lives for a minute is up sooner without the second compiler.
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx512m",
                        "-classpath",
                        "lib/jdk9plus/*" + File.pathSeparator + "lib/boot/*"));
    }

    private String endorsed(String name) {
        String[] found = folder.resolve("lib/endorsed")
                .toFile()
                .list((in, file) -> file.matches(Pattern.quote(name) + "[0-9].*[.]jar"));
        return "lib/endorsed/" + found[0];
    }
}
