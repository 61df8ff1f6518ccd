package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.ferrule.codec.Codec;
import org.ferrule.codec.bzip2.internal.Bzip2Codec;
import org.ferrule.codec.deflate.internal.DeflateCodec;
import org.ferrule.codec.lz4.internal.Lz4Codec;
import org.ferrule.codec.lzo.internal.LzoCodec;
import org.ferrule.codec.zstd.internal.ZstdCodec;
import org.ferrule.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flows in both directions, with what each codec really makes. What codecs keep to by themselves is their own tests'. */
class CodecFlowsTest {
    private static final Map<String, Codec> CODECS = new TreeMap<>(Map.of(
            "bzip2",
            new Bzip2Codec(),
            "deflate",
            new DeflateCodec(),
            "lz4",
            new Lz4Codec(),
            "lzo",
            new LzoCodec(),
            "zstd",
            new ZstdCodec()));

    private static final int[] SIZES = {1, 63, 64, 65, 127, 1000, 8191, 8192, 16_383, 16_384, 16_385, 40_000, 140_000};

    private final Random random = new Random(11);

    /** Two flows within one pair of fibres, one from each end, and what is sent each way on both. */
    private final class Pair {
        private final Joined joined;
        private final List<Stream> streams = new ArrayList<>();
        private final List<Recorder> readers = new ArrayList<>();
        private final List<ByteArrayOutputStream> sent = new ArrayList<>();

        Pair(Options options, int chunk) {
            joined = new Joined(options, options);
            for (FakeOwner owner : List.of(joined.nearOwner, joined.farOwner)) {
                owner.codecs.clear();
                owner.codecs.putAll(CODECS);
            }
            joined.nearStream.chunk(chunk);
            joined.farStream.chunk(chunk);
            joined.greet();
            open(joined.near, joined.farOwner);
            open(joined.far, joined.nearOwner);
        }

        private void open(Fibre from, FakeOwner to) {
            Opened opened = Opened.on(from);
            joined.loop.run();
            add(opened.stream, to.recorders.get(0));
            add(to.accepted.get(0), opened.recorder);
        }

        private void add(Stream writer, Recorder reader) {
            streams.add(writer);
            readers.add(reader);
            sent.add(new ByteArrayOutputStream());
        }

        void write(int direction, byte[] bytes) {
            sent.get(direction).writeBytes(bytes);
            streams.get(direction).write(ByteBuffer.wrap(bytes));
        }

        void assertAllArrived() {
            joined.loop.run();
            for (int i = 0; i < streams.size(); i++) {
                assertArrayEquals(sent.get(i).toByteArray(), readers.get(i).bytes(), "direction " + i);
            }
            assertEquals(List.of(), joined.nearOwner.failures);
            assertEquals(List.of(), joined.farOwner.failures);
        }

        void assertUsed(String codec) {
            for (FakeOwner owner : List.of(joined.nearOwner, joined.farOwner)) {
                assertTrue(
                        owner.stats.codecs().containsKey(codec)
                                && owner.stats.codecs().get(codec).blocks.sum() > 0,
                        codec + " was not used");
            }
        }

        void end() {
            streams.forEach(Stream::shutdownOutput);
            // What a fibre keeps for its next block, it gives back when there is none.
            joined.loop.pass(Duration.ofSeconds(20));
            for (FakeOwner owner : List.of(joined.nearOwner, joined.farOwner)) {
                assertEquals(0, owner.stats.currentFlows.get());
                assertEquals(0, owner.pool.used());
                assertEquals(0, owner.encoders.used());
                assertEquals(List.of(), owner.ended);
            }
        }
    }

    private static Options only(boolean shared, String... codecs) {
        return new Options(true, true, List.of(codecs), Map.of(), false, shared, true, false, List.of());
    }

    /** Text, records, noise and runs, which change from one to the other. */
    private byte[] content(int size) {
        byte[] bytes = new byte[size];
        for (int at = 0; at < size; ) {
            int end = Math.min(size, at + 1 + random.nextInt(5000));
            int kind = random.nextInt(4);
            for (int i = at; i < end; i++) {
                bytes[i] = switch (kind) {
                    case 0 -> (byte) "{\"name\": \"value\", \"number\": 1234}, ".charAt(i % 35);
                    case 1 -> (byte) random.nextInt(16);
                    case 2 -> (byte) random.nextInt();
                    default -> 0;
                };
            }
            at = end;
        }
        return bytes;
    }

    @ParameterizedTest
    @CsvSource({
        "bzip2,false", "deflate,false", "lz4,false", "lzo,false", "zstd,false",
        "bzip2,true", "deflate,true", "lz4,true", "lzo,true", "zstd,true"
    })
    void everyBlockSizeComesThroughHoweverReadsAreSplit(String codec, boolean shared) {
        for (int chunk : new int[] {1, 13, 4099, Integer.MAX_VALUE}) {
            Pair pair = new Pair(only(shared, codec), chunk);
            for (int size : SIZES) {
                if (chunk > 1 || size <= 20_000) {
                    for (int direction = 0; direction < 4; direction++) {
                        pair.write(direction, content(size));
                    }
                }
                pair.joined.loop.run();
            }
            pair.assertAllArrived();
            pair.assertUsed(codec);
            pair.end();
        }
    }

    /** What lies a megabyte back is found again where both ends allow such a window; the decoder's memory is reserved. */
    @ParameterizedTest
    @CsvSource({"2048,2048,true", "512,8192,false", "0,2048,false"})
    void aHistoryReachesAsFarBackAsBothEndsAllow(int ours, int theirs, boolean found) {
        Pair pair = new Pair(only(false, "zstd"), Integer.MAX_VALUE);
        pair.joined.near.options(windows(ours));
        pair.joined.far.options(windows(theirs));
        pair.joined.loop.run();
        byte[] noise = new byte[1 << 20];
        random.nextBytes(noise);
        for (int i = 0; i < noise.length; i += 2) {
            // Worth a history.
            noise[i] = 'a';
        }
        pair.write(0, noise);
        pair.joined.loop.run();
        long before = pair.joined.nearOwner.stats.encodedOut.sum();
        pair.write(0, Arrays.copyOf(noise, 200_000));
        pair.joined.loop.run();
        long again = pair.joined.nearOwner.stats.encodedOut.sum() - before;
        assertEquals(found, again < 20_000, again + " bytes");
        long decoder = pair.joined.farOwner.decoders.used();
        assertEquals(found, decoder > 2 << 20, decoder + " bytes are reserved");
        pair.assertAllArrived();
        pair.end();
        long rest = pair.joined.farOwner.decoders.used();
        assertEquals(CODECS.get("zstd").decoderMemory(), rest, "what the flows of the fibre share is left");
    }

    @Test
    void whereMemoryForDecodersIsShortLongWindowsAreWithdrawn() {
        Pair pair = new Pair(only(false, "zstd"), Integer.MAX_VALUE);
        // Enough for one long window, which leaves less than three quarters.
        pair.joined.farOwner.decoders.resize(8 << 20);
        pair.joined.near.options(windows(2048));
        pair.joined.far.options(windows(2048));
        pair.joined.loop.run();
        byte[] data = content(300_000);
        pair.write(0, data);
        pair.joined.loop.run();
        assertTrue(pair.joined.farOwner.decoders.used() > 2 << 20);
        pair.joined.loop.pass(Duration.ofSeconds(10));
        pair.write(0, data);
        pair.assertAllArrived();
        assertTrue(pair.joined.farOwner.decoders.used() < 2 << 20);
        assertEquals(Map.of("zstd", 2048), pair.joined.far.theirs().windows());
        assertEquals(Map.of(), pair.joined.near.theirs().windows());
        // Not offered again as soon as memory is there again.
        pair.joined.far.options(windows(2048));
        pair.joined.loop.run();
        assertEquals(Map.of(), pair.joined.near.theirs().windows());
        pair.end();
    }

    private static Options windows(int kilobytes) {
        Map<String, Integer> windows = kilobytes == 0 ? Map.of() : Map.of("zstd", kilobytes);
        return new Options(true, true, List.of("zstd")).withWindows(windows);
    }

    @Test
    void withoutACodecAllComesPlain() {
        Pair pair = new Pair(only(false), 1009);
        for (int size : SIZES) {
            for (int direction = 0; direction < 4; direction++) {
                pair.write(direction, content(size));
            }
        }
        pair.assertAllArrived();
        assertEquals(0, pair.joined.nearOwner.stats.blocksCompressed.sum());
        pair.end();
    }

    /** Either end changes what it wants at any moment, with bytes on their way. */
    @ParameterizedTest
    @CsvSource({"1,1", "2,61", "3,1499", "4,16384", "5,2147483647", "6,100", "7,1000", "8,7"})
    void codecsAndLevelsChangeUnderWay(long seed, int chunk) {
        random.setSeed(seed);
        Pair pair = new Pair(anyOptions(), chunk);
        for (int i = 0; i < 60; i++) {
            pair.write(random.nextInt(4), content(1 + random.nextInt(chunk == 1 ? 3000 : 30_000)));
            if (random.nextInt(3) == 0) {
                (random.nextBoolean() ? pair.joined.near : pair.joined.far).options(anyOptions());
            }
            if (random.nextBoolean()) {
                pair.joined.loop.run();
            }
        }
        pair.assertAllArrived();
        long compressed =
                pair.joined.nearOwner.stats.blocksCompressed.sum() + pair.joined.farOwner.stats.blocksCompressed.sum();
        assertTrue(compressed > 10, compressed + " blocks were compressed");
        pair.end();
    }

    private Options anyOptions() {
        List<String> names = new ArrayList<>(CODECS.keySet());
        Collections.shuffle(names, random);
        Map<String, Integer> levels = new HashMap<>();
        for (String name : names) {
            Codec codec = CODECS.get(name);
            // The highest levels take seconds; their blocks look no different.
            levels.put(name, codec.minLevel() + random.nextInt(Math.min(9, codec.maxLevel() - codec.minLevel() + 1)));
        }
        return new Options(
                true,
                random.nextInt(8) > 0,
                names.subList(0, 3 + random.nextInt(3)),
                levels,
                false,
                random.nextBoolean(),
                true,
                false,
                List.of());
    }
}
