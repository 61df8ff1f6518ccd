package org.ferrule.lab.bench;

import java.awt.image.BufferedImage;
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
import javax.imageio.ImageIO;
import org.ferrule.lab.Checkout;

/** What is fetched: one file of each kind of data, made of what any Debian with a JDK has. */
final class WanContent {
    static final List<String> KINDS = List.of("source", "binaries", "json", "compressed");

    /** Photographs of nothing. */
    static final String JPEG = "jpeg";

    /** What nothing makes smaller, unless it is known. */
    static final String NOISE = "noise";

    /** The random choices in made-up data are the same in each run. */
    private static final long SEED = 7;

    private static final int WIDTH = 1600;
    private static final int HEIGHT = 1200;

    private static final int LARGEST_PART = 16 << 20;

    private WanContent() {}

    /**
     * The mask of a place in a file that is sent over and over, and is new each time: under another mask its bytes are
     * others, which shrink as much and are known to no dictionary. Mask 0 leaves them as they are.
     *
     * @param mask that of the first round; each further round has the next one, unless it is 0
     * @param at the place, counted over all rounds
     * @param length of the file
     */
    static int mask(int mask, long at, int length) {
        return mask == 0 ? 0 : (int) ((mask + at / length) & 0xff);
    }

    /** Puts bytes under a mask, or takes it off. */
    static void masked(byte[] bytes, int length, int mask) {
        for (int i = 0; mask != 0 && i < length; i++) {
            bytes[i] ^= (byte) mask;
        }
    }

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
            case JPEG -> pictures(bytes);
            case NOISE -> noise(bytes);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static byte[] noise(int bytes) {
        byte[] all = new byte[bytes];
        new Random(SEED).nextBytes(all);
        return all;
    }

    /** Soft shapes with the grain of a sensor, as a camera would save them. */
    private static byte[] pictures(int bytes) throws IOException {
        Random random = new Random(SEED);
        ByteArrayOutputStream all = new ByteArrayOutputStream(bytes);
        BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        int[] pixels = new int[WIDTH];
        while (all.size() < bytes) {
            double wide = 20 + random.nextInt(200);
            double high = 20 + random.nextInt(200);
            for (int y = 0; y < HEIGHT; y++) {
                for (int x = 0; x < WIDTH; x++) {
                    int light = (int) (128 + 50 * Math.sin(x / wide) + 50 * Math.sin(y / high));
                    int grain = random.nextInt(24);
                    pixels[x] = (light + grain) << 16 | (light - grain) << 8 | light / 2;
                }
                picture.setRGB(0, y, WIDTH, 1, pixels, 0, WIDTH);
            }
            ImageIO.write(picture, "jpg", all);
        }
        return Arrays.copyOf(all.toByteArray(), bytes);
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
