package org.ferrule.lab.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** What is known from disk after both appliances were started again: how much of it, how fast, and how soon. */
final class DedupRestart {
    private static final int KNOWN = 256 << 20;
    private static final int ROUNDS = 3;

    /** WANProxy, started again with its disk cache, on a machine of this class: MB/s, and % on the wire when warm. */
    private static final double WANPROXY_RATE = 129;

    private static final double WANPROXY_WIRE = 4.3;

    private static final long TEN_GIGABYTES = 10_000_000_000L;
    private static final int PIECE = 250_000_000;

    /** Where a disk is slower than the traffic, part of it is not kept: it takes more than 40. */
    private static final int PIECES_AT_MOST = 160;

    private static final int SPACE_MEGABYTES = 12_288;

    /** Seconds until all that is on disk is found. */
    private static final double WARM = 30;

    private DedupRestart() {}

    /** The same file again, each time after a restart of both ends. */
    static List<Result> again(DedupPair pair) throws IOException {
        pair.start();
        byte[] content = DedupPair.random(KNOWN);
        say("the first time", pair.fetch(content));
        List<DedupPair.Fetched> fetched = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            pair.restart();
            fetched.add(pair.fetch(content));
            say("after a restart", fetched.get(i));
        }
        return List.of(
                Result.below(
                        "after a restart, % on the wire",
                        Bench.median(
                                fetched.stream().map(DedupPair.Fetched::percent).toList()),
                        "WANProxy, warm",
                        WANPROXY_WIRE,
                        WANPROXY_WIRE),
                Result.above(
                        "after a restart, MB/s",
                        Bench.median(
                                fetched.stream().map(DedupPair.Fetched::rate).toList()),
                        "WANProxy, after a restart",
                        WANPROXY_RATE,
                        WANPROXY_RATE));
    }

    /** As much on disk as takes a while to look through. */
    static List<Result> tenGigabytes(DedupPair pair) throws IOException {
        pair.start();
        pair.both("modify sys datastor disk-cache-size " + SPACE_MEGABYTES);
        byte[] piece = new byte[PIECE];
        int pieces = 0;
        while (pair.onDisk() < TEN_GIGABYTES && pieces < PIECES_AT_MOST) {
            fill(piece, pieces++);
            pair.fetch(piece);
        }
        long kept = pair.onDisk();
        pair.restart();
        fill(piece, 0);
        DedupPair.Fetched first = pair.fetch(piece);
        say("the first of it, at once after the restart", first);
        double warm = pair.secondsUntilWarm();
        System.out.printf(Locale.ROOT, "  %.1f GB on disk, all found after %.1f s%n", kept / 1e9, warm);
        fill(piece, pieces / 2);
        say("some of it", pair.fetch(piece));
        return List.of(Result.below("10 GB on disk, s from start to all found", warm, "limit", WARM, WARM));
    }

    /** The same bytes for the same number. */
    private static void fill(byte[] piece, int number) {
        new SplittableRandom(1_000_003L * (number + 1)).nextBytes(piece);
    }

    private static void say(String what, DedupPair.Fetched fetched) {
        System.out.printf(
                Locale.ROOT, "  %s: %.0f MB/s, %.3f %% on the wire%n", what, fetched.rate(), fetched.percent());
    }
}
