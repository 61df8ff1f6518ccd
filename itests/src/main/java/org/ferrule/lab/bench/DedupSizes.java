package org.ferrule.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What a file costs on the wire when the pair knows an older version of it, or the file itself. */
final class DedupSizes {
    /** What may be sent beside twice what zstd makes of it, % of the file. */
    private static final double BESIDE = 0.05;

    /** What the same file again may cost, % of it. */
    private static final double AGAIN = 0.02;

    private static final int RANDOM = 32 << 20;

    private DedupSizes() {}

    /** Fetches the old version and then the next one, beside zstd, which makes a patch of both. */
    static List<Result> nextVersion(DedupVersions.Kind kind, DedupVersions.Both both, DedupPair pair, Tools tools)
            throws IOException {
        double patch = 100.0 * patch(tools, both) / Files.size(both.next());
        pair.start();
        say("old", pair.fetch(Files.readAllBytes(both.old())));
        DedupPair.Fetched next = pair.fetch(Files.readAllBytes(both.next()));
        say("next", next);
        return List.of(Result.below(
                kind.name() + ": next version, % on the wire",
                next.percent(),
                "zstd --patch-from",
                patch,
                Math.min(2 * patch + BESIDE, kind.most())));
    }

    private static long patch(Tools tools, DedupVersions.Both both) throws IOException {
        Path patch = Files.createTempFile(DedupDownloads.folder(), "patch-", ".zst");
        try {
            String said = tools.run(
                    120,
                    List.of(
                            "zstd",
                            "-q",
                            "-f",
                            "-3",
                            "--long=27",
                            "--patch-from=" + both.old(),
                            both.next().toString(),
                            "-o",
                            patch.toString()));
            if (Files.size(patch) == 0) {
                throw new IllegalStateException("zstd makes no patch: " + said);
            }
            return Files.size(patch);
        } finally {
            Files.delete(patch);
        }
    }

    /** Fetches a release of typescript twice. */
    static List<Result> typescriptAgain(DedupVersions versions, DedupPair pair) throws IOException {
        byte[] typescript = Files.readAllBytes(versions.typescript().next());
        pair.start();
        return List.of(again("typescript, tar", typescript, pair));
    }

    /** Fetches random bytes twice. */
    static List<Result> randomAgain(DedupPair pair) throws IOException {
        pair.start();
        return List.of(again("random", DedupPair.random(RANDOM), pair));
    }

    private static Result again(String name, byte[] content, DedupPair pair) {
        DedupPair.Fetched first = pair.fetch(content);
        say("the first time", first);
        DedupPair.Fetched second = pair.fetch(content);
        say("again", second);
        return Result.below(
                name + ": again, % on the wire", second.percent(), "the first time", first.percent(), AGAIN);
    }

    private static void say(String what, DedupPair.Fetched fetched) {
        System.out.printf(
                Locale.ROOT,
                "  %s: %,d bytes, %,d on the wire, %.4f %%, in %.2f s%n",
                what,
                fetched.bytes(),
                fetched.wire(),
                fetched.percent(),
                fetched.seconds());
    }
}
