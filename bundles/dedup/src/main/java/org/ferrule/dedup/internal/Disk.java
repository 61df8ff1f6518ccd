package org.ferrule.dedup.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dictionaries of all peers on disk: files of segments, and the index of those chunks by which they are found. One thread
 * writes, one reads; what is told otherwise is for any thread. Event loops only look, and hand over.
 */
final class Disk {
    private static final Logger LOG = LoggerFactory.getLogger(Disk.class);

    /** The size of a file, unless there would be too few or too many of them. */
    private static final long CONTAINER = 64L << 20;

    private static final int FEWEST = 16;
    private static final int USUALLY_MOST = 256;

    /** Files there may be in all: each start begins new ones. */
    private static final int MOST = 2048;

    /** Segments that wait to be written: 16 MB of the memory that is kept for them. A disk that is slower misses some. */
    private static final int MOST_WAITING = 64;

    /** Of the disk, for others. */
    private static final long LEFT_FREE = 512L << 20;

    /**
     * How full it may become.
     *
     * @param bytes all files together
     * @param high at so many of which the oldest go, until there are no more than...
     * @param low so many
     */
    record Limits(long bytes, long high, long low) {}

    /**
     * What it works with.
     *
     * @param writes one thread
     * @param reads one thread
     * @param clock milliseconds since 1970
     */
    record Means(Executor writes, Executor reads, LongSupplier clock, Space space) {}

    /** Tells how many bytes are free where the files are. */
    interface Space {
        long free(Path folder) throws IOException;
    }

    private final Path folder;
    private final Limits limits;
    private final Means means;
    private final SecureRandom random;
    private final Index index;
    private final Map<Integer, Container> containers = new ConcurrentHashMap<>();
    private final AtomicLong pruned = new AtomicLong();
    private final byte[] plain = new byte[Segment.SIZE];
    private final byte[] sealed = new byte[Unbuffered.padded(Segment.SIZE + Seal.TAG)];
    private final ByteBuffer toWrite = Unbuffered.memory(sealed.length);
    private final byte[] toOpen = new byte[Segment.SIZE + Seal.TAG];
    private int lastNumber;
    private final AtomicInteger unread = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile String failure = "";

    Disk(Path folder, Limits limits, Means means, SecureRandom random) {
        this.folder = folder;
        this.limits = limits;
        this.means = means;
        this.random = random;
        index = new Index(limits.bytes(), Hooks.BYTES_PER_KB);
    }

    Path folder() {
        return folder;
    }

    Index index() {
        return index;
    }

    /** Bytes of all files. */
    long size() {
        return containers.values().stream().mapToLong(Container::size).sum();
    }

    Limits limits() {
        return limits;
    }

    long now() {
        return means.clock().getAsLong();
    }

    /** Files that were deleted to make room. */
    long pruned() {
        return pruned.get();
    }

    int containers() {
        return containers.size();
    }

    Stream<Container> containers(PeerDisk peer) {
        return containers.values().stream().filter(each -> each.peer() == peer);
    }

    /** Catalogues that are still to be read after the start. */
    int unread() {
        return unread.get();
    }

    /** Why nothing was written last; empty: it was. */
    String failure() {
        return failure;
    }

    long containerSize() {
        return Math.max(
                Math.min(CONTAINER, limits.bytes() / FEWEST),
                Math.min(limits.bytes() / USUALLY_MOST, (long) Container.MOST << Segment.LOG_SIZE - 1));
    }

    static long location(StoredSegment segment) {
        return (long) segment.container().number() << Container.LOG_MOST | segment.ordinal();
    }

    /** What is at a place that the index gave; null if that went. */
    StoredSegment at(long location) {
        Container container = containers.get((int) (location >>> Container.LOG_MOST));
        return container == null ? null : container.at((int) location & Container.MOST - 1);
    }

    // ---- handing over

    /** Gives false if it is closed. */
    boolean read(Runnable task) {
        return hand(means.reads(), task);
    }

    /** Gives false if it is closed. */
    boolean write(Runnable task) {
        return hand(means.writes(), task);
    }

    /** The same for one of those that come with traffic; gives false, too, if too many of them wait. */
    boolean writeUnlessBusy(Runnable task) {
        if (waiting.incrementAndGet() <= MOST_WAITING
                && write(() -> {
                    waiting.decrementAndGet();
                    task.run();
                })) {
            return true;
        }
        waiting.decrementAndGet();
        return false;
    }

    private static boolean hand(Executor to, Runnable task) {
        try {
            to.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    // ---- opening

    /** Takes up the files that a peer left, of which the catalogues are read as soon as may be. Before anything is written. */
    void open(PeerDisk peer) throws IOException {
        List<Container> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(peer.folder())) {
            for (Path file : (Iterable<Path>) files::iterator) {
                ContainerFiles.find(peer, file).ifPresent(found::add);
            }
        }
        // What was used last is found again first.
        found.sort(Comparator.comparingLong(Container::used).reversed());
        for (Container each : found) {
            lastNumber = Math.max(lastNumber, each.number());
            containers.put(each.number(), each);
        }
        unread.addAndGet(found.size());
        read(() -> found.forEach(each -> {
            readCatalogue(peer, each);
            unread.decrementAndGet();
        }));
    }

    private static void readCatalogue(PeerDisk peer, Container container) {
        try {
            if (!peer.read(container)) {
                LOG.info("{} ends early, as after a crash; what it names is used", container.catalogue());
            }
        } catch (IOException e) {
            LOG.warn("{} cannot be read: {}", container.catalogue(), e.getMessage());
        }
    }

    // ---- the thread that writes

    byte[] plain() {
        return plain;
    }

    byte[] sealed() {
        return sealed;
    }

    /** The first bytes of what is sealed, and zeros, as they are written; lent until the next call. */
    ByteBuffer toWrite(int length) {
        int padded = Unbuffered.padded(length);
        Arrays.fill(sealed, length, padded, (byte) 0);
        return toWrite.clear().put(sealed, 0, padded).flip();
    }

    /** A new file. */
    Container begin(PeerDisk peer, Pair pair) throws IOException {
        makeRoom(containerSize());
        if (means.space().free(folder) < LEFT_FREE) {
            throw new IOException("less than " + (LEFT_FREE >> 20) + " MB are free on the disk of " + folder);
        }
        Container container = new Container(peer, ++lastNumber, pair, random.nextLong(), now());
        container.create(Catalogue.head(container.nonce()));
        containers.put(container.number(), container);
        return container;
    }

    /** Writes a segment; what goes wrong is told once. */
    void write(PeerDisk peer, SegmentName name, String domain, Segment segment, int length) {
        try {
            peer.write(name, domain, segment, length);
            failure = "";
        } catch (IOException e) {
            peer.counts().diskFailures.increment();
            if (failure.isEmpty()) {
                LOG.warn("What was exchanged with {} cannot be kept on disk: {}", peer.device(), e.getMessage());
            }
            failure = String.valueOf(e.getMessage());
            // The next one begins a file of its own: what this one ends with is not known.
            finish(peer, name.pair());
        }
        if (size() > limits.high()) {
            makeRoom(limits.bytes() - limits.low());
        }
    }

    void finish(PeerDisk peer, Pair pair) {
        try {
            peer.finish(pair);
        } catch (IOException e) {
            LOG.warn("A file of {} cannot be finished: {}", peer.folder(), e.getMessage());
        }
    }

    /** Deletes the oldest files until so many bytes are free, and there is a place for one more file. */
    private void makeRoom(long free) {
        List<PeerDisk> peers =
                containers.values().stream().map(Container::peer).distinct().toList();
        while (limits.bytes() - size() < free && !containers.isEmpty() || containers.size() >= MOST) {
            delete(oldest(peers.size()));
            pruned.incrementAndGet();
        }
    }

    /** Of those peers who have more than their share, if there are any. */
    private Container oldest(int peers) {
        Comparator<Container> order = Comparator.<Container>comparingInt(
                        each -> each.peer().size() > limits.bytes() / peers ? 0 : 1)
                .thenComparingLong(Container::used)
                .thenComparingInt(Container::number);
        return containers.values().stream().min(order).orElseThrow();
    }

    private void delete(Container container) {
        containers.remove(container.number());
        container.peer().removed(container);
        try {
            container.delete();
        } catch (IOException e) {
            LOG.warn("{} cannot be deleted: {}", container.data(), e.getMessage());
        }
    }

    /** Deletes what there is of pairs. */
    void delete(PeerDisk peer, Predicate<Pair> which) {
        containers(peer).filter(each -> which.test(each.pair())).toList().forEach(this::delete);
    }

    // ---- the thread that reads

    byte[] toOpen() {
        return toOpen;
    }
}
