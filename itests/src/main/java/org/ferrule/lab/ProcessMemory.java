package org.ferrule.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What an appliance's process holds, after it has collected its garbage.
 *
 * @param resident bytes of memory that the kernel has given it
 * @param heap bytes of objects that are alive
 * @param outside those of the resident bytes that are outside of the heap
 */
public record ProcessMemory(long resident, long heap, long outside) {
    private static final Pattern HEAP = Pattern.compile("heap .*\\[0x(\\p{XDigit}+), 0x(\\p{XDigit}+)\\)");
    private static final Pattern MAPPING = Pattern.compile("(\\p{XDigit}+)-\\p{XDigit}+ .*");
    private static final Pattern RESIDENT = Pattern.compile("Rss:\\s*(\\d+) kB");
    private static final Pattern ALIVE = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    /** Lets the appliance collect its garbage, and measures. */
    public static ProcessMemory of(Appliance appliance) {
        long pid = appliance.java().pid();
        // It collects the garbage and counts what is left in one go: nothing comes in between, whatever the traffic.
        long alive =
                Long.parseLong(found(ALIVE, jcmd(pid, "GC.class_histogram")).group(1));
        Matcher range = found(HEAP, jcmd(pid, "GC.heap_info"));
        long from = Long.parseUnsignedLong(range.group(1), 16);
        long to = Long.parseUnsignedLong(range.group(2), 16);
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/smaps"))) {
            long[] bytes = new long[2];
            boolean[] inHeap = new boolean[1];
            lines.forEach(line -> {
                Matcher mapping = MAPPING.matcher(line);
                if (mapping.matches()) {
                    long start = Long.parseUnsignedLong(mapping.group(1), 16);
                    inHeap[0] = start >= from && start < to;
                }
                Matcher resident = RESIDENT.matcher(line);
                if (resident.matches()) {
                    bytes[inHeap[0] ? 0 : 1] += 1024 * Long.parseLong(resident.group(1));
                }
            });
            return new ProcessMemory(bytes[0] + bytes[1], alive, bytes[1]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What is in use: objects that are alive, and all that is outside of the heap. How much free heap Java keeps beside
     * them is a setting of its collector, a multiple of what is alive.
     */
    public long used() {
        return heap + outside;
    }

    /** Has the appliance's Java machine do something, and gives what it says. */
    public static String jcmd(Appliance appliance, String... command) {
        return jcmd(appliance.java().pid(), command);
    }

    private static String jcmd(long pid, String... command) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        words.add(Long.toString(pid));
        words.addAll(List.of(command));
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Matcher found(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        if (!found.find()) {
            throw new IllegalStateException("no " + pattern + " in: " + text);
        }
        return found;
    }
}
