package org.ferrule.lab.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ferrule.codec.Codec;
import org.ferrule.codec.CodecException;
import org.ferrule.codec.Decoder;
import org.ferrule.codec.Encoder;

/** Measures one codec at one level: in blocks of 16 KB whose history is what went before, as a tunnel sends them. */
final class CodecRun {
    private static final int BLOCK = 1 << 14;
    private static final int ROUNDS = 3;

    private CodecRun() {}

    /**
     * A block as it would be sent.
     *
     * @param encoded as it goes over the wire; what did not shrink is plain
     * @param plain whether it is
     * @param reset whether the history begins anew
     */
    private record Block(byte[] encoded, boolean plain, boolean reset) {}

    static Codecs.Row measure(String kind, Codec codec, int level, byte[] content) {
        double[] encode = new double[ROUNDS];
        double[] decode = new double[ROUNDS];
        long size = 0;
        for (int i = 0; i < ROUNDS; i++) {
            List<Block> blocks = new ArrayList<>();
            encode[i] = content.length / 1e6 / encode(codec, level, content, blocks);
            decode[i] = content.length / 1e6 / decode(codec, content, blocks);
            size = blocks.stream().mapToLong(b -> b.encoded().length).sum();
        }
        return new Codecs.Row(
                kind, "our " + codec.name(), level, median(encode), median(decode), 100.0 * size / content.length);
    }

    private static double encode(Codec codec, int level, byte[] content, List<Block> to) {
        ByteBuffer raw = ByteBuffer.allocateDirect(BLOCK);
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
        long took = 0;
        try (Encoder encoder = codec.encoder(level)) {
            boolean reset = true;
            for (int at = 0; at < content.length; at += BLOCK) {
                int size = Math.min(BLOCK, content.length - at);
                raw.clear().put(content, at, size).flip();
                block.clear().limit(size - 1);
                long start = System.nanoTime();
                boolean fits = encoder.encode(raw, block);
                took += System.nanoTime() - start;
                to.add(new Block(
                        fits ? bytes(block.flip()) : Arrays.copyOfRange(content, at, at + size), !fits, reset));
                reset = !fits;
            }
        }
        return took / 1e9;
    }

    private static byte[] bytes(ByteBuffer block) {
        byte[] bytes = new byte[block.remaining()];
        block.get(bytes);
        return bytes;
    }

    /** Decodes all, and sees that it is what was encoded; gives the seconds that it took. */
    private static double decode(Codec codec, byte[] content, List<Block> blocks) {
        ByteBuffer encoded = ByteBuffer.allocateDirect(BLOCK);
        ByteBuffer raw = ByteBuffer.allocateDirect(BLOCK);
        long took = 0;
        try (Decoder decoder = codec.decoder()) {
            for (int at = 0, i = 0; at < content.length; at += BLOCK, i++) {
                int size = Math.min(BLOCK, content.length - at);
                Block block = blocks.get(i);
                encoded.clear().put(block.encoded()).flip();
                raw.clear().limit(size);
                long start = System.nanoTime();
                if (block.plain()) {
                    raw.put(encoded);
                } else {
                    if (block.reset()) {
                        decoder.reset();
                    }
                    decoder.decode(encoded, raw);
                }
                took += System.nanoTime() - start;
                if (!raw.flip().equals(ByteBuffer.wrap(content, at, size))) {
                    throw new IllegalStateException(codec.name() + " gives back other bytes at " + at);
                }
            }
        } catch (CodecException e) {
            throw new IllegalStateException(codec.name() + " cannot decode what it made", e);
        }
        return took / 1e9;
    }

    /** A program of the system on the file as a whole; its start is counted. */
    static Codecs.Row program(String kind, String program, int level, Path file, int size) {
        Path packed = file.resolveSibling(file.getFileName() + "." + program);
        double[] encode = new double[ROUNDS];
        double[] decode = new double[ROUNDS];
        try {
            for (int i = 0; i < ROUNDS; i++) {
                encode[i] = size / 1e6 / run(packed, program, "-" + level, "-c", file.toString());
                decode[i] = size / 1e6 / run(Path.of("/dev/null"), program, "-d", "-c", packed.toString());
            }
            return new Codecs.Row(
                    kind,
                    program + " (program)",
                    level,
                    median(encode),
                    median(decode),
                    100.0 * Files.size(packed) / size);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double run(Path output, String... command) throws IOException {
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + " failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
