package org.ferrule.dedup.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.ferrule.config.Secrets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the disk as {@code sys datastor} wants it, and closes it. For one thread at a time; anybody may look. */
final class DatastorDisk {
    private static final Logger LOG = LoggerFactory.getLogger(DatastorDisk.class);

    private final Path folder;
    private final Supplier<Optional<Secrets>> secrets;
    private final SecureRandom random;
    private final Function<String, Counts> counts;
    private volatile Opened opened;
    private volatile String obstacle = "";

    /** What was wanted last; whether it could be had is another thing. */
    private volatile Datastor wanted;

    private record Opened(DiskFolder folder, DiskTasks tasks) {}

    /**
     * @param folder where it is; null: this end has none
     * @param secrets seal what the files are encrypted with
     * @param counts of a device
     */
    DatastorDisk(
            Path folder, Supplier<Optional<Secrets>> secrets, SecureRandom random, Function<String, Counts> counts) {
        this.folder = folder;
        this.secrets = secrets;
        this.random = random;
        this.counts = counts;
    }

    /** Whether the settings ask for another one than those before. */
    boolean differs(Datastor next) {
        Datastor before = wanted;
        return folder != null
                && (before == null
                        || next.disk() != before.disk()
                        || next.disk() && !next.limits().equals(before.limits()));
    }

    /** Whether what it needs has come since it could not be opened. */
    boolean canBeOpened() {
        Datastor last = wanted;
        return last != null && last.disk() && opened == null && secrets.get().isPresent();
    }

    /** Closes what is open, and opens what is wanted; what is not wanted any more is deleted. */
    void change(Datastor next) {
        close();
        wanted = next;
        obstacle = "";
        if (next.disk()) {
            open(next);
        } else {
            DiskFolder.delete(folder);
        }
    }

    /** Opens what could not be opened before: another version of this module may have held it. Gives whether it did. */
    boolean retry() {
        return canBeOpened() && open(wanted);
    }

    private boolean open(Datastor next) {
        Secrets sealing = secrets.get().orElse(null);
        if (sealing == null) {
            obstacle = "module crypto, which has the master key, is not running";
            return false;
        }
        DiskTasks tasks = new DiskTasks();
        Disk.Means means = new Disk.Means(
                tasks.writes(), tasks.reads(), System::currentTimeMillis, folder -> Files.getFileStore(folder)
                        .getUsableSpace());
        try {
            opened = new Opened(new DiskFolder(folder, next.limits(), means, sealing, random, counts), tasks);
            obstacle = "";
            return true;
        } catch (IOException e) {
            tasks.close();
            String reason = String.valueOf(e.getMessage());
            if (!reason.equals(obstacle)) {
                LOG.error("What is exchanged with peers cannot be kept on disk: {}; trying again", reason);
            }
            obstacle = reason;
            return false;
        }
    }

    /** What is on disk of a device; null: nothing is kept there. */
    PeerDisk peer(String device) {
        Opened now = opened;
        return now == null ? null : now.folder().peer(device);
    }

    /** Deletes what there is of a device. */
    void forget(String device) {
        Opened now = opened;
        if (now != null) {
            now.folder().forget(device);
        }
    }

    /** Null: there is none. */
    Disk disk() {
        Opened now = opened;
        return now == null ? null : now.folder().disk();
    }

    /** Why there is none though it is wanted; else empty. */
    String obstacle() {
        return obstacle;
    }

    void close() {
        Opened now = opened;
        opened = null;
        if (now != null) {
            now.tasks().close();
            now.folder().close();
        }
    }
}
