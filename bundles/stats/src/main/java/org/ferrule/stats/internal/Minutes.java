package org.ferrule.stats.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.ferrule.config.PrivateFiles;

/**
 * The last day of one measure: an average and a maximum for each minute. In memory, and in a file of fixed size in which
 * each minute has a place that tells for itself which minute it holds, and whether it is whole: a crash costs the minute
 * that was being gathered, a damaged place only itself.
 *
 * <p>Not safe for threads.
 */
final class Minutes {
    static final int DAY = 24 * 60;
    private static final int PLACE = 16;
    private static final int CHECKED = 12;

    private final int[] minutes = new int[DAY];
    private final float[] averages = new float[DAY];
    private final float[] maxima = new float[DAY];

    /** Takes what the file has; a file that is not there, or is not one of ours, has nothing. */
    void read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(DAY * PLACE);
        }
        for (int place = 0; place < bytes.length / PLACE; place++) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, place * PLACE, PLACE);
            int minute = buffer.getInt();
            float average = buffer.getFloat();
            float maximum = buffer.getFloat();
            boolean whole = buffer.getInt() == check(bytes, place * PLACE);
            if (whole && minute > 0 && minute % DAY == place && average >= 0 && Float.isFinite(maximum)) {
                put(minute, average, maximum);
            }
        }
    }

    /** Remembers a minute, counted from 1970. */
    void put(int minute, double average, double maximum) {
        int place = minute % DAY;
        minutes[place] = minute;
        averages[place] = (float) average;
        maxima[place] = (float) maximum;
    }

    /** Writes one minute to its place in the file, which is made if it is not there. */
    void write(Path file, int minute) throws IOException {
        if (!Files.exists(file)) {
            PrivateFiles.createOnce(file, new byte[0]);
        }
        int place = minute % DAY;
        ByteBuffer buffer = ByteBuffer.allocate(PLACE)
                .putInt(minutes[place])
                .putFloat(averages[place])
                .putFloat(maxima[place]);
        buffer.putInt(check(buffer.array(), 0)).flip();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            while (buffer.hasRemaining()) {
                channel.write(buffer, (long) place * PLACE + buffer.position());
            }
        }
    }

    private static int check(byte[] bytes, int from) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, CHECKED);
        return (int) crc.getValue();
    }

    /** The averages of a time up to a minute (excluded), drawn together to so many points; NaN where nothing is known. */
    List<Double> averages(int end, int length, int points) {
        List<Double> all = new ArrayList<>();
        int each = length / points;
        for (int point = 0; point < points; point++) {
            int from = end - length + point * each;
            double sum = 0;
            int known = 0;
            for (int minute = from; minute < from + each; minute++) {
                if (has(minute)) {
                    sum += averages[minute % DAY];
                    known++;
                }
            }
            all.add(known == 0 ? Double.NaN : sum / known);
        }
        return all;
    }

    /** The highest that was measured in a time up to a minute (excluded); NaN if nothing is known. */
    double maximum(int end, int length) {
        double highest = Double.NaN;
        for (int minute = end - length; minute < end; minute++) {
            if (has(minute)) {
                double here = maxima[minute % DAY];
                highest = Double.isNaN(highest) ? here : Math.max(highest, here);
            }
        }
        return highest;
    }

    private boolean has(int minute) {
        return minute > 0 && minutes[minute % DAY] == minute;
    }

    /** Forgets all. */
    void clear() {
        Arrays.fill(minutes, 0);
    }
}
