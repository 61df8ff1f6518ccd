package org.ferrule.compression.internal;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import org.ferrule.codec.Codec;
import org.ferrule.codec.adaptive.Choice;
import org.ferrule.codec.adaptive.FibreChooser;
import org.ferrule.codec.adaptive.FibreChooser.Allowed;
import org.ferrule.codec.adaptive.FlowChooser;

/**
 * A sender, in figures: a core that encodes and seals, a buffer, and a link. Codecs leave and take what they were seen to on
 * one core with blocks of 16 KB.
 */
final class Model {
    static final Codec ZSTD = new ModelCodec("zstd", 1, 19, 3);
    static final Codec LZ4 = new ModelCodec("lz4", 1, 12, 1);
    static final Codec DEFLATE = new ModelCodec("deflate", 1, 9, 1);
    static final Codec BZIP2 = new ModelCodec("bzip2", 1, 9, 9);
    static final List<Allowed> ALL =
            List.of(new Allowed(ZSTD, 6), new Allowed(LZ4, 1), new Allowed(DEFLATE, 6), new Allowed(BZIP2, 9));

    static final int BLOCK = 1 << 14;
    private static final long BUFFER = 400_000;

    /** Nanoseconds that decoding takes for a byte. */
    private static final double DECODE = 0.8;

    private static final int PLAIN_AFTER_FAILURE = 63;

    /** What a codec leaves of a kind of data, and the nanoseconds that it takes for a byte. */
    record Figures(double ratio, double cost) {}

    /** A kind of data: the figures of each choice. */
    record Data(Map<String, Figures> figures) {
        Figures of(Choice choice) {
            return figures.get(choice.codec().name() + " " + choice.level());
        }
    }

    private static Data data(double scale, double... ratios) {
        String[] names = {"zstd 1", "zstd 3", "zstd 6", "lz4 1", "deflate 1", "deflate 6", "bzip2 1", "bzip2 9"};
        double[] costs = {2.5, 4.5, 12, 1.8, 12, 30, 90, 90};
        Map<String, Figures> figures = new java.util.HashMap<>();
        for (int i = 0; i < names.length; i++) {
            figures.put(names[i], new Figures(ratios[i], costs[i] * scale));
        }
        figures.put("zstd 5", new Figures((ratios[1] + ratios[2]) / 2, 8 * scale));
        figures.put("deflate 4", new Figures((ratios[4] + ratios[5]) / 2, 20 * scale));
        return new Data(figures);
    }

    static final Data TEXT = data(1, 0.36, 0.33, 0.30, 0.48, 0.38, 0.34, 0.37, 0.37);

    /** The same where much else is done. */
    static final Data COLD = data(3, 0.36, 0.33, 0.30, 0.48, 0.38, 0.34, 0.37, 0.37);

    static final Data JSON = data(0.6, 0.14, 0.12, 0.11, 0.22, 0.17, 0.13, 0.14, 0.14);
    static final Data BINARIES = data(1.2, 0.46, 0.43, 0.41, 0.58, 0.48, 0.44, 0.47, 0.47);
    /** Of many files with much in common: how far back is looked matters. */
    static final Data SOURCE = data(0.8, 0.29, 0.26, 0.18, 0.38, 0.29, 0.24, 0.25, 0.25);

    /** As parts of programs are: level 1 of zstd leaves less of it than higher ones. */
    static final Data ZEROS = data(0.2, 0.0008, 0.001, 0.001, 0.004, 0.002, 0.002, 0.003, 0.003);

    static final Data JPEG = data(0.8, 1, 1, 1, 1, 1, 1, 1, 1);

    /** One where another codec than the first is the best. */
    static final Data ODD = data(1, 0.36, 0.33, 0.32, 0.48, 0.38, 0.34, 0.22, 0.22);

    /** Of which the second level leaves 0.97 of what the lowest does, and less than any other. */
    static final Data NEXT = data(1, 0.36, 0.35, 0.36, 0.48, 0.38, 0.38, 0.38, 0.38);

    private final double link;
    private final FibreChooser fibre;
    private final Set<Choice> tried = new HashSet<>();
    private final FlowChooser flow;
    private double processor;
    private double linkFree;
    private int skip;
    private int failures;

    /** @param link nanoseconds for a byte */
    Model(double link) {
        this(link, ALL);
    }

    Model(double link, List<Allowed> allowed) {
        this(link, allowed, new AdaptiveService());
    }

    /** @param service whose fibres share what they find */
    Model(double link, List<Allowed> allowed, AdaptiveService service) {
        this.link = link;
        fibre = service.fibre();
        fibre.allow(allowed);
        flow = fibre.flow();
    }

    FibreChooser fibre() {
        return fibre;
    }

    /** What was encoded only to see how well that goes. */
    Set<Choice> tried() {
        return tried;
    }

    FlowChooser flow() {
        return flow;
    }

    /** Sends with the chooser; gives the nanoseconds. */
    double adaptive(long bytes, LongFunction<Data> stream) {
        double start = processor;
        for (long at = 0; at < bytes; at += BLOCK) {
            Data data = stream.apply(at);
            // Whoever encodes sees from a sample that data which can be compressed comes again.
            skip = data == JPEG ? skip : 0;
            Choice choice = skip > 0 ? Choice.NONE : flow.next(BLOCK, (long) processor);
            Choice trial = skip > 0 ? null : flow.trial();
            skip = Math.max(0, skip - 1);
            double ratio = 1;
            if (choice.codec() != null) {
                Figures figures = data.of(choice);
                processor += figures.cost * BLOCK;
                ratio = figures.ratio;
                flow.encoded(choice, BLOCK, (int) (ratio * BLOCK), (long) (figures.cost * BLOCK));
                failures = ratio < 1 ? 0 : failures + 1;
                skip = ratio < 1 ? 0 : Math.min(PLAIN_AFTER_FAILURE, (1 << Math.min(failures, 6)) - 1);
            }
            if (trial != null) {
                tried.add(trial);
                Figures figures = data.of(trial);
                processor += figures.cost * BLOCK;
                flow.tried(trial, BLOCK, (int) (figures.ratio * BLOCK), (long) (figures.cost * BLOCK));
            }
            send(ratio, true);
        }
        return Math.max(processor, linkFree) - start;
    }

    /** Sends with one choice for all; null for none. */
    static double fixed(double link, long bytes, Choice choice, LongFunction<Data> stream) {
        Model model = new Model(link);
        for (long at = 0; at < bytes; at += BLOCK) {
            Figures figures =
                    choice == Choice.NONE ? new Figures(1, 0) : stream.apply(at).of(choice);
            model.processor += figures.cost * BLOCK;
            model.send(figures.ratio, false);
        }
        return Math.max(model.processor, model.linkFree);
    }

    private void send(double ratio, boolean tell) {
        processor += BLOCK * (Verdict.RELAY + ratio * Verdict.TLS);
        // Whoever takes it has work with the raw bytes, too.
        double receiver = Verdict.RELAY + ratio * Verdict.TLS + (ratio < 1 ? DECODE : 0);
        double path = Math.max(link, receiver / ratio);
        linkFree = Math.max(linkFree, processor) + ratio * BLOCK * path;
        double full = linkFree - BUFFER * path;
        if (full > processor) {
            processor = full;
            if (tell) {
                fibre.link(path);
            }
        }
    }
}
