package org.ferrule.ssh.internal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ferrule.config.PrivateFiles;

/** A user's folder for uploads: files side by side, bounded in number and in sum. Any thread; all connections share it. */
final class UploadFolder {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+~-]{0,127}");
    private static final int MAX_FILES = 256;
    private static final long MEGABYTE = 1 << 20;

    private final Path path;
    private final IntSupplier quota;
    private long used = Long.MAX_VALUE;

    /** @param quota in megabytes */
    UploadFolder(Path path, IntSupplier quota) {
        this.path = path;
        this.quota = quota;
    }

    Path path() {
        return path;
    }

    void make() throws IOException {
        PrivateFiles.folder(path.getParent());
        PrivateFiles.folder(path);
    }

    /**
     * The name of the file that a client means, or "" for the folder itself. As in a root of its own, ".." leads nowhere
     * above it.
     *
     * @throws AccessDeniedException if there can be no such file
     */
    static String name(String asked) throws AccessDeniedException {
        List<String> names = new java.util.ArrayList<>();
        for (String part : (asked == null ? "" : asked).split("/")) {
            if (part.equals("..")) {
                if (!names.isEmpty()) {
                    names.remove(names.size() - 1);
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                names.add(part);
            }
        }
        if (names.isEmpty()) {
            return "";
        }
        if (names.size() > 1) {
            throw new AccessDeniedException(Authenticator.printable(asked), null, "there are no folders here");
        }
        if (!NAME.matcher(names.get(0)).matches()) {
            throw new AccessDeniedException(
                    Authenticator.printable(asked),
                    null,
                    "a name begins with a letter or digit and has at most 128 letters, digits and . _ + ~ -");
        }
        return names.get(0);
    }

    /**
     * The file, if it may be opened.
     *
     * @param make whether it is made if it is not there
     */
    synchronized Path file(String name, boolean make) throws IOException {
        if (name.isEmpty()) {
            throw new AccessDeniedException("/", null, "it is the folder");
        }
        Path file = path.resolve(name);
        boolean there = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
        if (there && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new AccessDeniedException(name, null, "it is no file");
        }
        if (!there && make && sizes().size() >= MAX_FILES) {
            throw new FileSystemException(name, null, "there are " + MAX_FILES + " files already; remove some");
        }
        return file;
    }

    /**
     * A file is about to grow.
     *
     * @throws FileSystemException if there is no room for that
     */
    synchronized void grow(String name, long bytes) throws IOException {
        long max = quota.getAsInt() * MEGABYTE;
        if (used > max - bytes) {
            // Files may have gone since.
            used = sizes().stream().mapToLong(Long::longValue).sum();
        }
        if (used > max - bytes) {
            throw new FileSystemException(
                    name, null, "the folder for uploads is full (sys sshd upload-quota " + quota.getAsInt() + ")");
        }
        used += bytes;
    }

    private List<Long> sizes() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.map(UploadFolder::size).toList();
        }
    }

    private static long size(Path file) {
        try {
            return Files.isSymbolicLink(file) ? 0 : Files.size(file);
        } catch (NoSuchFileException gone) {
            return 0;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
