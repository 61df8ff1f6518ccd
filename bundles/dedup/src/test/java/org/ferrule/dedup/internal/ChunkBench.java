package org.ferrule.dedup.internal;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What one core does of the work that each new byte costs: {@code bench/chunks} runs it. The last two take one fingerprint a
 * call, of which there are some 1.7 in a KB.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChunkBench {
    static final int BYTES = 1 << 20;
    private static final int LOOK_UPS = 1 << 20;

    /** Bytes of history that the index is for: it is larger than the processor's caches, or not. */
    @Param({"64", "1024"})
    public int indexMegabytes;

    private final Random random = new Random(1);
    private final byte[] data = new byte[BYTES];
    private final long[] fingerprints = new long[LOOK_UPS];
    private Gear gear;
    private Index index;
    private int next;

    /** Random data: it has chunks of the usual size. */
    @Setup
    public void fill() {
        gear = new Gear(random);
        random.nextBytes(data);
        index = new Index((long) indexMegabytes << 20, Index.BYTES_PER_KB);
        long entries = ((long) indexMegabytes << 20) / 600;
        for (int i = 0; i < LOOK_UPS; i++) {
            fingerprints[i] = random.nextLong();
        }
        for (long i = 0; i < entries; i++) {
            long fingerprint = i < LOOK_UPS ? fingerprints[(int) i] : random.nextLong();
            index.put(fingerprint, 1, i);
        }
    }

    /** Finds the ends of chunks in 1 MB. */
    @Benchmark
    public long chunk() {
        Chunker chunker = new Chunker(gear);
        long sum = 0;
        for (int end = chunker.next(data, 0, BYTES); end >= 0; end = chunker.next(data, end, BYTES)) {
            sum += chunker.fingerprint();
        }
        return sum;
    }

    /** Looks a fingerprint up. */
    @Benchmark
    public long find() {
        return index.find(fingerprints[next++ & LOOK_UPS - 1], 1);
    }

    /** Puts a fingerprint in. */
    @Benchmark
    public void put() {
        int at = next++ & LOOK_UPS - 1;
        index.put(fingerprints[at], 2, at);
    }
}
