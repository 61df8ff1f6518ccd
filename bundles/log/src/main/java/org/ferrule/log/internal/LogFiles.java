package org.ferrule.log.internal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The appliance's own log files, read from their ends: the file that is written now, then those that were rolled over.
 *
 * @param folder where they are
 * @param piece how many bytes are read at once; an event that is larger is cut
 */
record LogFiles(Path folder, int piece) {
    /** So much of all files of a log is looked at. */
    static final long MAX_BYTES = 64L << 20;

    LogFiles(Path folder) {
        this(folder, 4 << 20);
    }

    /**
     * The last events that are wanted, oldest first. An event is a line, with those that follow and do not begin one.
     *
     * @param name the file that is written now: {@code ferrule.log}
     * @param most how many events
     */
    List<LogEvent> last(String name, int most, Predicate<LogEvent> wanted) throws IOException {
        Deque<LogEvent> found = new ArrayDeque<>();
        long left = MAX_BYTES;
        for (Path file : files(name)) {
            long end = Files.size(file);
            while (end > 0 && left > 0 && found.size() < most) {
                long from = Math.max(0, end - Math.min(left, piece));
                byte[] bytes = read(file, from, end);
                int begin = from == 0 ? 0 : LogEvent.begin(bytes);
                List<LogEvent> events =
                        LogEvent.read(new String(bytes, begin, bytes.length - begin, StandardCharsets.UTF_8));
                for (int i = events.size() - 1; i >= 0 && found.size() < most; i--) {
                    if (wanted.test(events.get(i))) {
                        found.addFirst(events.get(i));
                    }
                }
                left -= end - from;
                // The event that the piece begins in the midst of is read with the piece before.
                end = begin < bytes.length ? from + begin : from;
            }
        }
        return List.copyOf(found);
    }

    /** The files of a log, newest first. */
    List<Path> files(String name) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> rolled;
        try (Stream<Path> files = Files.list(folder)) {
            rolled = files.filter(file -> file.getFileName().toString().matches("\\Q" + name + "\\E\\.\\d+"))
                    .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted(Comparator.comparing((Path file) -> file.toFile().lastModified())
                            .reversed())
                    .toList();
        }
        List<Path> all = new ArrayList<>();
        Path now = folder.resolve(name);
        if (Files.isRegularFile(now, LinkOption.NOFOLLOW_LINKS)) {
            all.add(now);
        }
        all.addAll(rolled);
        return all;
    }

    private static byte[] read(Path file, long from, long end) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            // It may have been rolled over since it was looked at.
            byte[] bytes = new byte[(int) Math.max(0, Math.min(end, in.length()) - from)];
            in.seek(from);
            in.readFully(bytes);
            return bytes;
        }
    }
}
