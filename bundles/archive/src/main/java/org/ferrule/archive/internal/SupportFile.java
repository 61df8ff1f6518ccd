package org.ferrule.archive.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.ferrule.config.PrivateFiles;

/**
 * One file for support in the making: a compressed tar file of texts, bounded in size. It appears under its name when it is
 * whole; of those before it the newest few are kept.
 */
final class SupportFile implements Closeable {
    /** How many such files are kept. */
    static final int KEPT = 5;
    /** The most bytes of one text; of longer ones the end counts. */
    static final int MAX_TEXT = 8 << 20;
    /** The most bytes of all texts together. */
    static final long MAX_ALL = 64L << 20;

    private static final String SUFFIX = ".tar.gz";
    private static final int FILE_MODE = 0600;

    private final Path file;
    private final Path draft;
    private final Instant written;
    private final TarArchiveOutputStream tar;
    private long left = MAX_ALL;

    SupportFile(Path folder, String name, Instant written) throws IOException {
        PrivateFiles.folder(folder);
        this.file = folder.resolve(name + SUFFIX);
        this.written = written;
        this.draft = PrivateFiles.draft(file, new byte[0]);
        this.tar = new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(draft)), "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    }

    /** Adds a text, cut at its beginning if it is too long; an empty one when the file is full. */
    void add(String name, String text) throws IOException {
        byte[] all = text.getBytes(StandardCharsets.UTF_8);
        int length = (int) Math.min(all.length, Math.min(MAX_TEXT, left));
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(length);
        entry.setMode(FILE_MODE);
        entry.setModTime(written.toEpochMilli());
        tar.putArchiveEntry(entry);
        tar.write(all, all.length - length, length);
        tar.closeArchiveEntry();
        left -= length;
    }

    /** Puts the file in its place and removes the oldest beyond those that are kept. */
    Path finish() throws IOException {
        tar.close();
        PrivateFiles.move(draft, file);
        List<Path> older;
        try (Stream<Path> files = Files.list(file.getParent())) {
            older = files.filter(
                            f -> f.toString().endsWith(SUFFIX) && Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS))
                    .sorted(Comparator.comparing((Path f) -> f.toFile().lastModified())
                            .reversed())
                    .skip(KEPT)
                    .toList();
        }
        for (Path old : older) {
            Files.deleteIfExists(old);
        }
        return file;
    }

    /** Leaves nothing behind if it was not finished. */
    @Override
    public void close() throws IOException {
        try {
            tar.close();
        } finally {
            Files.deleteIfExists(draft);
        }
    }
}
