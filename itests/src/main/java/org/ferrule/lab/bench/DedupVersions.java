package org.ferrule.lab.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The files of which there are two versions, one after the other. */
final class DedupVersions {
    /** What typescript's next version may cost at most, % of it. */
    private static final double TYPESCRIPT = 0.05;

    private static final double NO_LIMIT = 100;

    private final DedupDownloads downloads;

    DedupVersions(DedupDownloads downloads) {
        this.downloads = downloads;
    }

    /** Downloads or makes both versions. */
    @FunctionalInterface
    interface Maker {
        Both make() throws IOException;
    }

    /** Two versions of a file. */
    record Both(Path old, Path next) {}

    /**
     * A kind of file.
     *
     * @param isQuick whether it is small and made here
     * @param most what the next version may cost at most on the wire, %, whatever it costs others
     */
    record Kind(String name, boolean isQuick, double most, Maker maker) {
        Both make() throws IOException {
            return maker.make();
        }
    }

    List<Kind> kinds() {
        return List.of(
                new Kind("typescript, tar", false, TYPESCRIPT, this::typescript),
                new Kind("kotlin, tar", false, NO_LIMIT, () -> {
                    Both jars = kotlin();
                    return new Both(DedupTar.of(jars.old()), DedupTar.of(jars.next()));
                }),
                new Kind("kotlin, jar", false, NO_LIMIT, this::kotlin),
                new Kind("SQL, 1 % of rows", true, NO_LIMIT, () -> sql(1)),
                new Kind("SQL, 10 % of rows", false, NO_LIMIT, () -> sql(10)));
    }

    /** Two releases of typescript, as plain tars: npm's, as Maven's repositories lack one of them. */
    Both typescript() throws IOException {
        return new Both(
                DedupTar.of(downloads.npm("typescript", "5.4.4")), DedupTar.of(downloads.npm("typescript", "5.4.5")));
    }

    private Both kotlin() {
        String group = "org.jetbrains.kotlin";
        String artifact = "kotlin-compiler-embeddable";
        return new Both(downloads.maven(group, artifact, "1.9.22"), downloads.maven(group, artifact, "1.9.23"));
    }

    private static Both sql(int percent) throws IOException {
        Path folder = DedupDownloads.folder();
        return new Both(DedupSql.dump(folder, 0), DedupSql.dump(folder, percent));
    }
}
