package org.ferrule.config.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Writes private files so that a crash at any moment leaves either the old content or the new. */
final class AtomicFiles {
    private AtomicFiles() {}

    /** Makes the folder, unreadable to others, if it is not there; takes others' rights from one that is. */
    static void makePrivate(Path folder) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    /** Writes a file that must survive a crash of the machine. */
    static void write(Path file, byte[] bytes) throws IOException {
        Path made = prepare(file, bytes, true);
        move(made, file);
        sync(file.getParent());
    }

    /** Writes a file that need not survive a crash of the machine, but must never be seen half written. */
    static void writeFleeting(Path file, byte[] bytes) throws IOException {
        move(prepare(file, bytes, false), file);
    }

    /** Writes the content to a file beside the one that it is meant for. */
    static Path prepare(Path file, byte[] bytes, boolean force) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(beside);
        try (FileChannel channel = FileChannel.open(
                beside,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            if (force) {
                channel.force(true);
            }
        }
        return beside;
    }

    static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Makes the names in a folder survive a crash of the machine. */
    static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
