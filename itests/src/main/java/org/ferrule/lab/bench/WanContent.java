package org.ferrule.lab.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.ferrule.lab.Checkout;

/** What is fetched: one file of each kind of data, made of what any Debian with a JDK has. */
final class WanContent {
    static final List<String> KINDS = List.of("source", "binaries", "json", "compressed");

    /** What nothing makes smaller, unless it is known. */
    static final String NOISE = "noise";

    /** The random choices in made-up data are the same in each run. */
    private static final long SEED = 7;

    private static final int LARGEST_PART = 16 << 20;

    private WanContent() {}

    /** Writes the files that are wanted, as long as {@code bytes} if there is as much; gives their bytes. */
    static Map<String, byte[]> make(Path folder, List<String> kinds, int bytes) {
        try {
            Files.createDirectories(folder);
            Map<String, byte[]> made = new LinkedHashMap<>();
            for (String kind : kinds) {
                byte[] content = of(kind, bytes);
                Files.write(folder.resolve(kind), content);
                made.put(kind, content);
            }
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] of(String kind, int bytes) throws IOException {
        Path jdk = Path.of(System.getProperty("java.home"));
        return switch (kind) {
            case "source" ->
                joined(
                        bytes,
                        ".*\\.(java|py|h|hpp|pm|sh)",
                        Checkout.root().resolve("bundles"),
                        Path.of("/usr/include"),
                        Path.of("/usr/lib"),
                        Path.of("/usr/share"));
            case "binaries" -> joined(bytes, ".*/(lib[^/]*\\.so[.0-9]*|bin/[a-z]+)", jdk, Path.of("/usr/lib"));
            case "json" -> json(bytes);
            case "compressed" ->
                joined(bytes, ".*\\.(tar\\.gz|jmod|gz|png)", Checkout.archive(), jdk, Path.of("/usr/share"));
            case NOISE -> noise(bytes);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static byte[] noise(int bytes) {
        byte[] all = new byte[bytes];
        new Random(SEED).nextBytes(all);
        return all;
    }

    private static byte[] joined(int bytes, String named, Path... places) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream(bytes);
        for (Path place : places) {
            for (Path file : files(place, named)) {
                if (all.size() >= bytes) {
                    return Arrays.copyOf(all.toByteArray(), bytes);
                }
                // One huge file would be all there is of its kind.
                byte[] part = Files.readAllBytes(file);
                all.write(part, 0, Math.min(part.length, LARGEST_PART));
            }
        }
        return all.toByteArray();
    }

    private static List<Path> files(Path place, String named) throws IOException {
        if (!Files.exists(place)) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(place)) {
            return walk.filter(p -> p.toString().matches(named) && Files.isRegularFile(p) && Files.isReadable(p))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException unreadable) {
            return List.of();
        }
    }

    /** A log of requests for files that are here. */
    private static byte[] json(int bytes) throws IOException {
        List<Path> paths = new ArrayList<>(files(Path.of("/usr/share"), ".*\\.[a-z]+"));
        paths.addAll(files(Checkout.root().resolve("bundles"), ".*"));
        Random random = new Random(SEED);
        ByteArrayOutputStream all = new ByteArrayOutputStream(bytes);
        long time = 1_700_000_000_000L;
        for (int i = 0; all.size() < bytes; i++) {
            time += random.nextInt(500);
            String line = String.format(
                    Locale.ROOT,
                    "{\"id\":%d,\"time\":%d,\"client\":\"10.%d.%d.%d\",\"path\":\"%s\",\"status\":%d,\"bytes\":%d,"
                            + "\"trace\":\"%016x\"}%n",
                    i,
                    time,
                    random.nextInt(4),
                    random.nextInt(256),
                    random.nextInt(256),
                    paths.get((int) Math.abs(random.nextGaussian() * paths.size() / 4) % paths.size()),
                    random.nextInt(20) == 0 ? 404 : 200,
                    random.nextInt(200_000),
                    random.nextLong());
            all.write(line.getBytes(StandardCharsets.UTF_8));
        }
        return Arrays.copyOf(all.toByteArray(), bytes);
    }
}
