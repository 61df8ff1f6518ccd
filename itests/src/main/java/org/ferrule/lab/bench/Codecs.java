package org.ferrule.lab.bench;

import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.ferrule.codec.Codec;
import org.ferrule.codec.bzip2.internal.Bzip2Codec;
import org.ferrule.codec.deflate.internal.DeflateCodec;
import org.ferrule.codec.lz4.internal.Lz4Codec;
import org.ferrule.codec.lzo.internal.LzoCodec;
import org.ferrule.codec.zstd.internal.ZstdCodec;
import org.ferrule.lab.Checkout;
import org.ferrule.lab.Table;

/** What each codec costs and saves, by level and kind of data, beside the programs of the same names. */
public final class Codecs {
    private static final List<String> KINDS = List.of("source", "json", "binaries", "compressed");
    private static final int BYTES = 4 << 20;

    private static final Map<Codec, int[]> LEVELS = Map.of(
            new DeflateCodec(), new int[] {1, 6, 9},
            new ZstdCodec(), new int[] {1, 3, 6, 9, 12},
            new Lz4Codec(), new int[] {1, 9},
            new LzoCodec(), new int[] {1},
            new Bzip2Codec(), new int[] {9});

    private Codecs() {}

    /**
     * One codec at one level, on one kind of data.
     *
     * @param encode megabytes of raw data a second
     * @param decode the same
     * @param percent what remains of the raw size
     */
    record Row(String kind, String codec, int level, double encode, double decode, double percent) {}

    /** Runs the bench: {@code [--json FILE]}. */
    public static void main(String[] args) throws IOException {
        boolean wantsJson = args.length == 2 && args[0].equals("--json");
        if (args.length > 0 && !wantsJson) {
            System.err.println("usage: bench/codecs [--json FILE]");
            System.exit(2);
        }
        Path folder = Files.createTempDirectory(
                Files.createDirectories(Checkout.root().resolve("build/bench")), "codecs-");
        List<Row> rows = new ArrayList<>();
        WanContent.make(folder, KINDS, BYTES).forEach((kind, content) -> {
            System.out.println(kind + " …");
            ours(rows, kind, content);
            programs(rows, kind, folder.resolve(kind), content.length);
        });
        print(rows);
        if (wantsJson) {
            Files.writeString(
                    Path.of(args[1]),
                    new GsonBuilder().setPrettyPrinting().create().toJson(rows) + "\n");
        }
    }

    private static void ours(List<Row> rows, String kind, byte[] content) {
        LEVELS.entrySet().stream()
                .sorted(java.util.Comparator.comparing(e -> e.getKey().name()))
                .forEach(codec -> IntStream.of(codec.getValue())
                        .forEach(level -> rows.add(CodecRun.measure(kind, codec.getKey(), level, content))));
    }

    /** The programs that are here; the same levels. */
    private static void programs(List<Row> rows, String kind, Path file, int size) {
        for (String program : List.of("gzip", "zstd", "lz4", "bzip2")) {
            if (Tools.missing(program).isEmpty()) {
                String codec = program.equals("gzip") ? "deflate" : program;
                LEVELS.entrySet().stream()
                        .filter(e -> e.getKey().name().equals(codec))
                        .flatMapToInt(e -> IntStream.of(e.getValue()))
                        .forEach(level -> rows.add(CodecRun.program(kind, program, level, file, size)));
            } else {
                System.out.println("without " + program + ", which is not here");
            }
        }
    }

    private static void print(List<Row> rows) {
        Table table = Table.of("data", "codec", "level", "encode, MB/s", "decode, MB/s", "remains");
        for (Row row : rows) {
            table.row(
                    row.kind(),
                    row.codec(),
                    Integer.toString(row.level()),
                    String.format(Locale.ROOT, "%.0f", row.encode()),
                    String.format(Locale.ROOT, "%.0f", row.decode()),
                    String.format(Locale.ROOT, "%.1f %%", row.percent()));
        }
        new PrintStream(System.out, true, StandardCharsets.UTF_8).print("\n" + table);
    }
}
