package org.ferrule.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * De-duplication through two appliances: what the next version of a file and the same file again cost on the wire, and
 * how fast what is new, what is known and what is small go through.
 */
public final class Dedup {
    private final Tools tools;
    private final Path folder;
    private final List<String> leftOut;

    private Dedup(Tools tools, Path folder, List<String> leftOut) {
        this.tools = tools;
        this.folder = folder;
        this.leftOut = leftOut;
    }

    /** Runs the bench; see {@link DedupOptions#USAGE}. */
    public static void main(String[] args) throws IOException {
        DedupOptions options = options(args);
        List<String> leftOut = new ArrayList<>();
        Bench.main(
                "dedup",
                options.json().isEmpty() ? new String[0] : new String[] {"--json", options.json()},
                new String[] {"zstd"},
                (tools, folder) -> {
                    List<Result> results = new Dedup(tools, folder, leftOut).measure(options);
                    if (!options.plot().isEmpty()) {
                        Files.writeString(Path.of(options.plot()), ResultPlot.of("bench/dedup", results));
                    }
                    return results;
                });
        leftOut.forEach(why -> System.out.println("Left out: " + why));
    }

    private static DedupOptions options(String[] args) {
        if (List.of(args).contains("--help")) {
            System.out.print(DedupOptions.USAGE);
            System.exit(0);
        }
        try {
            return DedupOptions.of(args);
        } catch (IllegalArgumentException e) {
            System.err.print("bench/dedup: " + e.getMessage() + "\n" + DedupOptions.USAGE);
            System.exit(2);
            throw e;
        }
    }

    /** What is measured with one pair of appliances. */
    @FunctionalInterface
    private interface Body {
        List<Result> measure(DedupPair pair) throws IOException;
    }

    /**
     * Measurements that share a pair of appliances.
     *
     * @param isQuick whether it is soon done
     */
    private record Group(String name, boolean isQuick, Body body) {}

    private List<Result> measure(DedupOptions options) throws IOException {
        List<Group> groups = groups(new DedupVersions(new DedupDownloads(tools)));
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            Group group = groups.get(i);
            if (options.wants(group.name(), group.isQuick())) {
                // Appliances of its own for each: their dictionaries are empty, on disk too.
                Path place = Files.createDirectories(folder.resolve("pair-" + i));
                System.out.println("\n" + group.name());
                try (DedupPair pair = new DedupPair(tools, place)) {
                    results.addAll(group.body().measure(pair));
                } catch (DedupDownloads.Missing e) {
                    leftOut.add(group.name() + ": " + e.getMessage());
                    System.out.println("  left out: " + e.getMessage());
                }
            }
        }
        return results;
    }

    private List<Group> groups(DedupVersions versions) {
        List<Group> groups = new ArrayList<>();
        groups.add(new Group("echo", true, DedupSpeed::echoes));
        for (DedupVersions.Kind kind : versions.kinds()) {
            groups.add(new Group(
                    kind.name(), kind.isQuick(), pair -> DedupSizes.nextVersion(kind, kind.make(), pair, tools)));
        }
        groups.add(new Group("typescript again", true, pair -> DedupSizes.typescriptAgain(versions, pair)));
        groups.add(new Group("random again", true, DedupSizes::randomAgain));
        groups.add(new Group("after a restart", false, DedupRestart::again));
        groups.add(new Group("10 GB on disk", false, DedupRestart::tenGigabytes));
        groups.add(new Group("new data, known data", false, DedupSpeed::bulk));
        groups.add(new Group("8 at once", false, DedupSpeed::parallel));
        return groups;
    }
}
