package org.ferrule.lab.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ferrule.lab.Checkout;
import org.ferrule.lab.Folders;

/** Published packages, which npm and Maven fetch from wherever they are set up to; each is fetched once and kept. */
final class DedupDownloads {
    /** The one that the build has anyway. */
    private static final String PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";

    private static final int SECONDS = 300;

    private final Tools tools;

    DedupDownloads(Tools tools) {
        this.tools = tools;
    }

    /** Something that cannot be had here, and why. */
    static final class Missing extends RuntimeException {
        private static final long serialVersionUID = 1;

        Missing(String why) {
            super(why);
        }
    }

    /** Where what was downloaded and made is kept. */
    static Path folder() {
        try {
            return Files.createDirectories(Checkout.root().resolve("build/bench/data"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A package of npm's, a .tgz. */
    Path npm(String name, String version) {
        return kept(
                name + "-" + version + ".tgz",
                "npm",
                to -> List.of("npm", "pack", "--silent", name + "@" + version, "--pack-destination", to));
    }

    /** A jar from a repository of Maven's. */
    Path maven(String group, String artifact, String version) {
        return kept(
                artifact + "-" + version + ".jar",
                "mvn",
                to -> List.of(
                        "mvn",
                        "-B",
                        "-ntp",
                        "-q",
                        // Of the checkout's projects the first is enough: it is the one that knows the repositories.
                        "-N",
                        PLUGIN,
                        "-Dartifact=" + group + ":" + artifact + ":" + version,
                        "-DoutputDirectory=" + to));
    }

    /** A command that downloads a file to a folder. */
    @FunctionalInterface
    private interface Download {
        List<String> to(String folder);
    }

    private Path kept(String name, String program, Download download) {
        Path kept = folder().resolve(name);
        if (Files.exists(kept)) {
            return kept;
        }
        String missing = Tools.missing(program);
        if (!missing.isEmpty()) {
            throw new Missing(name + " is not in " + folder() + ", and " + missing);
        }
        System.out.println("  downloading " + name);
        try {
            Path apart = Files.createTempDirectory(folder(), "download-");
            try {
                String said = tools.run(SECONDS, download.to(apart.toString()));
                Path downloaded = apart.resolve(name);
                if (!Files.exists(downloaded)) {
                    throw new Missing(program + " cannot download " + name + ": " + firstLine(said));
                }
                return Files.move(downloaded, kept);
            } finally {
                Folders.delete(apart);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String firstLine(String said) {
        return said.lines().filter(line -> !line.isBlank()).findFirst().orElse("it says nothing");
    }
}
