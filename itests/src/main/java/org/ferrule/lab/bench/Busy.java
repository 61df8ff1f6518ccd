package org.ferrule.lab.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** How busy all processors of the machine were since it was made, by /proc/stat (proc(5)). */
final class Busy {
    private static final Path STAT = Path.of("/proc/stat");

    /** Of the columns of all processors together: idle, and waiting for a disk. */
    private static final int IDLE = 3;

    private static final int WAITING = 4;

    private final long[] before = read();

    private static long[] read() {
        try {
            String[] words = Files.readAllLines(STAT).get(0).trim().split(" +");
            return Arrays.stream(words).skip(1).mapToLong(Long::parseLong).toArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Percent. */
    double percent() {
        long[] now = read();
        double all = Arrays.stream(now).sum() - Arrays.stream(before).sum();
        double idle = now[IDLE] + now[WAITING] - before[IDLE] - before[WAITING];
        return 100 * (1 - idle / Math.max(1, all));
    }
}
