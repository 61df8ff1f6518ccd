package org.ferrule.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Writes files that only the appliance may read, whole or not at all: for what lies in the folders of {@link Home}.
 *
 * <p>A file is written beside its place, in a draft whose name is its own and ends in {@code .new}, and then renamed: a
 * reader sees the old content or the new, and so does whoever comes after a crash. A crash may leave the draft behind; it
 * means nothing. Of several writers of one file the last one wins.
 *
 * <p>Any thread may call the methods, but not an event loop's: they wait for the disk. The folder of a file must be there.
 * All throw {@link IOException} with the path in its message, as the JDK gives it, if the disk or the permissions do not
 * allow what is asked; the file is as it was then.
 */
public final class PrivateFiles {
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

    private PrivateFiles() {}

    /** Makes the folder, and those that it is in, if it is not there; takes others' rights from it in any case. */
    public static void folder(Path folder) throws IOException {
        // Those above it are made first: the rights are for the folder alone, which never has others.
        Files.createDirectories(folder.toAbsolutePath().getParent());
        Files.createDirectories(folder, attribute(FOLDER));
        own(folder, FOLDER);
    }

    /** Takes away what others may do with the file. */
    public static void ownerOnly(Path file) throws IOException {
        own(file, FILE);
    }

    /** Puts the content in place of what the file held, if there is one; it survives a crash of the machine from then on. */
    public static void replace(Path file, byte[] content) throws IOException {
        Path draft = draft(file, content);
        try {
            move(draft, file);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** As {@link #replace}, for what need not survive a crash of the machine: does not wait until the disk has it. */
    public static void replaceFleeting(Path file, byte[] content) throws IOException {
        Path draft = write(file, content, false);
        try {
            rename(draft, file);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /**
     * Makes the file unless it is there.
     *
     * @return whether this call made it: of several at the same time one does
     */
    public static boolean createOnce(Path file, byte[] content) throws IOException {
        if (Files.exists(file)) {
            return false;
        }
        Path draft = draft(file, content);
        try {
            // A link, unlike a rename, fails if someone else was first, and still shows the content whole.
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (UnsupportedOperationException e) {
            Files.move(draft, file);
        } finally {
            Files.deleteIfExists(draft);
        }
        sync(file);
        return true;
    }

    /**
     * Writes the content to the disk beside the file that it is meant for. Whoever has a last thing to do before it counts
     * does that now, and then {@link #move moves} or deletes the draft.
     *
     * @return the draft
     */
    public static Path draft(Path file, byte[] content) throws IOException {
        return write(file, content, true);
    }

    /** Puts one file in place of another in the same folder; that survives a crash of the machine from then on. */
    public static void move(Path from, Path to) throws IOException {
        rename(from, to);
        sync(to);
    }

    private static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Path write(Path file, byte[] content, boolean force) throws IOException {
        Path draft = Files.createTempFile(
                file.toAbsolutePath().getParent(), file.getFileName() + ".", ".new", attribute(FILE));
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            if (force) {
                channel.force(true);
            }
            return draft;
        } catch (IOException e) {
            Files.deleteIfExists(draft);
            throw e;
        }
    }

    private static void own(Path path, Set<PosixFilePermission> rights) throws IOException {
        if (!Files.getPosixFilePermissions(path).equals(rights)) {
            Files.setPosixFilePermissions(path, rights);
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> attribute(Set<PosixFilePermission> rights) {
        return PosixFilePermissions.asFileAttribute(rights);
    }

    /** Makes the name of the file survive a crash of the machine. */
    private static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
