package org.ferrule.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What an appliance's process holds, after it has collected its garbage.
 *
 * @param resident bytes of memory that the kernel has given it
 * @param heap bytes of objects that are alive
 */
public record ProcessMemory(long resident, long heap) {
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s*(\\d+) kB");
    private static final Pattern ALIVE = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    /** Lets the appliance collect its garbage, and measures. */
    public static ProcessMemory of(Appliance appliance) {
        long pid = java(appliance);
        // It collects the garbage and counts what is left in one go: nothing comes in between, whatever the traffic.
        long alive = number(ALIVE, jcmd(pid, "GC.class_histogram"));
        try {
            return new ProcessMemory(
                    1024 * number(RESIDENT, Files.readString(Path.of("/proc/" + pid + "/status"))), alive);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was started is a script that starts Java, or became it. */
    private static long java(Appliance appliance) {
        ProcessHandle started = appliance.process().toHandle();
        return Stream.concat(Stream.of(started), started.descendants())
                .filter(p -> p.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(appliance.name() + " does not run"))
                .pid();
    }

    private static String jcmd(long pid, String command) {
        try {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(pid),
                            command)
                    .redirectErrorStream(true)
                    .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long number(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        if (!found.find()) {
            throw new IllegalStateException("no " + pattern + " in: " + text);
        }
        return Long.parseLong(found.group(1));
    }
}
