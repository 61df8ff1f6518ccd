package org.ferrule.lab.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.ferrule.lab.Appliance;

/**
 * Disks of the appliances' own, whose size can be changed while they are used: file systems in memory, in a mount namespace
 * of this process, so that nothing is left of them whatever becomes of it.
 */
final class Rooms {
    private static final String SIZE = "2g";
    /** More than what an appliance writes while its disk is made smaller. */
    private static final long SLACK = 1 << 22;

    private final boolean given;

    /** @param possible whether this process is root and has mounts of its own */
    Rooms(boolean possible) {
        given = possible;
    }

    /** Whether the disks can be filled. */
    boolean given() {
        return given;
    }

    /** Gives the appliance a disk, before it is started. */
    void give(Appliance to) throws IOException {
        if (given) {
            Files.createDirectories(to.home());
            Os.run(
                    "mount",
                    "-t",
                    "tmpfs",
                    "-o",
                    "mode=0700,size=" + SIZE,
                    "ferrule-chaos",
                    to.home().toString());
        }
    }

    /** Makes the disk hardly larger than what is on it, and leaves not one byte free. */
    void fill(Appliance at) throws IOException {
        FileStore store = Files.getFileStore(at.home());
        long used = store.getTotalSpace() - store.getUnallocatedSpace();
        Os.run("mount", "-o", "remount,size=" + (used + SLACK), at.home().toString());
        fillUp(at);
    }

    /** Takes what was given back since it was filled. */
    void fillUp(Appliance at) throws IOException {
        FileStore store = Files.getFileStore(at.home());
        byte[] piece = new byte[1 << 12];
        try (OutputStream out =
                Files.newOutputStream(ballast(at), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (true) {
                out.write(piece);
            }
        } catch (IOException full) {
            if (store.getUsableSpace() > piece.length) {
                throw full;
            }
        }
    }

    /** Gives the room back. */
    void clear(Appliance at) throws IOException {
        Os.run("mount", "-o", "remount,size=" + SIZE, at.home().toString());
        Files.deleteIfExists(ballast(at));
    }

    private static Path ballast(Appliance at) {
        return at.home().resolve("ballast");
    }

    /** Keeps the logs of an appliance that has ended: its disk goes when this process does. */
    void leave(Appliance from) {
        if (!given) {
            return;
        }
        Path to = from.home().resolveSibling(from.name() + "-log");
        try (Stream<Path> logs = Files.list(from.home().resolve("log"))) {
            Files.createDirectories(to);
            for (Path log : logs.filter(Files::isRegularFile).toList()) {
                Files.copy(log, to.resolve(log.getFileName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
