package org.ferrule.dedup.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.ferrule.config.ConfigException;
import org.ferrule.config.PrivateFiles;
import org.ferrule.config.Secrets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder that the disk is kept in: one folder for each peer, with its secrets and its files. Of one process at a time. Any
 * thread, but opening and closing wait for the disk.
 */
final class DiskFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiskFolder.class);
    private static final String LOCK = "lock";
    private static final String SECRETS = "secrets";

    private final Disk disk;
    private final Secrets secrets;
    private final SecureRandom random;
    private final Function<String, Counts> counts;
    private final FileChannel lock;
    private final Map<String, PeerDisk> peers = new ConcurrentHashMap<>();

    /**
     * Opens the folder, which is made if it is not there.
     *
     * @param counts of a device
     * @throws IOException if it cannot be used, or is another process's
     */
    DiskFolder(
            Path folder,
            Disk.Limits limits,
            Disk.Means means,
            Secrets secrets,
            SecureRandom random,
            Function<String, Counts> counts)
            throws IOException {
        this.secrets = secrets;
        this.random = random;
        this.counts = counts;
        PrivateFiles.folder(folder);
        lock = lock(folder.resolve(LOCK));
        try {
            disk = new Disk(folder, limits, means, random);
            try (Stream<Path> found = Files.list(folder)) {
                for (Path each : (Iterable<Path>) found.filter(Files::isDirectory)::iterator) {
                    open(each);
                }
            }
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static FileChannel lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // This process has it elsewhere.
        }
        channel.close();
        throw new IOException(file + " is locked: another appliance uses the folder");
    }

    private void open(Path folder) throws IOException {
        try {
            String sealed = Files.readString(folder.resolve(SECRETS), StandardCharsets.ISO_8859_1);
            PeerSecrets known = PeerSecrets.read(secrets.open(sealed.strip()));
            PeerDisk peer = new PeerDisk(disk, folder, known, counts.apply(known.device()));
            disk.open(peer);
            peers.put(known.device(), peer);
        } catch (IOException | ConfigException e) {
            LOG.warn("What {} holds cannot be read any more, and is deleted: {}", folder, e.getMessage());
            delete(folder);
        }
    }

    Disk disk() {
        return disk;
    }

    /** What is on disk of a peer; nothing as yet, if it is a new one. Does not wait. */
    PeerDisk peer(String device) {
        return peers.computeIfAbsent(device, this::make);
    }

    private PeerDisk make(String device) {
        PeerSecrets fresh = PeerSecrets.random(device, random);
        PeerDisk peer = new PeerDisk(disk, disk.folder().resolve(folderName(device)), fresh, counts.apply(device));
        disk.write(() -> {
            try {
                // What is there is of one that was forgotten.
                delete(peer.folder());
                PrivateFiles.folder(peer.folder());
                PrivateFiles.replace(
                        peer.folder().resolve(SECRETS),
                        secrets.seal(fresh.write()).getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                LOG.warn("What is exchanged with {} cannot be kept on disk: {}", device, e.getMessage());
                peer.forget();
            }
        });
        return peer;
    }

    /** Names of devices may be too long for a file, or have characters that it may not have. */
    private static String folderName(String device) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(device.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Deletes all that there is of a peer. Does not wait. */
    void forget(String device) {
        PeerDisk peer = peers.remove(device);
        if (peer != null) {
            peer.forget();
            disk.write(() -> {
                disk.delete(peer, any -> true);
                if (!peers.containsKey(device)) {
                    delete(peer.folder());
                }
            });
        }
    }

    /** What was handed over must be done, or never be. */
    @Override
    public void close() {
        peers.values().forEach(peer -> {
            try {
                peer.finish();
            } catch (IOException e) {
                LOG.warn("A file of {} cannot be finished: {}", peer.folder(), e.getMessage());
            }
        });
        try {
            lock.close();
        } catch (IOException e) {
            LOG.warn("The lock of {} cannot be given back: {}", disk.folder(), e.getMessage());
        }
    }

    /** Deletes all that is in a folder that nobody uses. */
    static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path each : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            LOG.warn("{} cannot be deleted: {}", folder, e.getMessage());
        }
    }
}
