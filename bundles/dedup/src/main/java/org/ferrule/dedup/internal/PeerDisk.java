package org.ferrule.dedup.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is on disk of one peer. Any thread looks for segments; one writes them, one other reads them: see {@link Disk}.
 */
final class PeerDisk {
    private final Disk disk;
    private final Path folder;
    private final PeerSecrets secrets;
    private final Counts counts;
    private final DomainKeys domainKeys;
    private final Seal writing;
    private final Seal reading;
    private final Catalogue catalogue;
    private final Map<SegmentName, StoredSegment> segments = new ConcurrentHashMap<>();

    /** Those that are added to. Of the thread that writes. */
    private final Map<Pair, Container> open = new HashMap<>();

    private volatile boolean gone;

    PeerDisk(Disk disk, Path folder, PeerSecrets secrets, Counts counts) {
        this.disk = disk;
        this.folder = folder;
        this.secrets = secrets;
        this.counts = counts;
        domainKeys = new DomainKeys(secrets.domains());
        writing = new Seal(secrets.key());
        reading = new Seal(secrets.key());
        catalogue = new Catalogue(writing);
    }

    Disk disk() {
        return disk;
    }

    Path folder() {
        return folder;
    }

    PeerSecrets secrets() {
        return secrets;
    }

    String device() {
        return secrets.device();
    }

    DomainKeys domainKeys() {
        return domainKeys;
    }

    Counts counts() {
        return counts;
    }

    /** Nothing of it is found, or written, any more. */
    void forget() {
        gone = true;
        segments.clear();
    }

    boolean gone() {
        return gone;
    }

    // ---- any thread

    /** By name; null if it is not there. */
    StoredSegment find(SegmentName name) {
        return segments.get(name);
    }

    /** Which pairs there is something of, those that were used last first. */
    List<Pair> pairs() {
        return disk.containers(this)
                .sorted(Comparator.comparingLong(Container::used).reversed())
                .map(Container::pair)
                .distinct()
                .toList();
    }

    /** The peer does not have it. */
    void drop(StoredSegment segment) {
        segments.remove(segment.name(), segment);
    }

    /** Bytes of its files. */
    long size() {
        return disk.containers(this).mapToLong(Container::size).sum();
    }

    // ---- the thread that writes

    /** Adds a segment, unless as much of it is there. */
    void write(SegmentName name, String domain, Segment segment, int length) throws IOException {
        StoredSegment before = segments.get(name);
        if (gone || before != null && before.stored() >= length) {
            return;
        }
        Container to = open.get(name.pair());
        if (to == null
                || to.end() + Unbuffered.padded(length + Seal.TAG) > disk.containerSize()
                || to.count() == Container.MOST) {
            finish(name.pair());
            to = disk.begin(this, name.pair());
            open.put(name.pair(), to);
        }
        StoredSegment stored = new StoredSegment(to, to.count(), name, domain, to.end(), length);
        byte[] plain = disk.plain();
        segment.bytes().get(0, plain, 0, length);
        byte[] sealed = disk.sealed();
        int size = writing.seal(to.nonce(), 2 * stored.ordinal(), plain, length, sealed);
        long[] hooks = segment.hooks();
        to.append(disk.toWrite(size), catalogue.entry(stored, hooks), disk.now());
        to.add(stored);
        add(stored, hooks);
        if (length == Segment.SIZE) {
            segment.forgetHooks();
        }
        counts.diskWrites.increment();
    }

    /** A segment can be found from now on. */
    private void add(StoredSegment stored, long[] hooks) {
        segments.merge(stored.name(), stored, (one, other) -> one.stored() > other.stored() ? one : other);
        long key = domainKeys.of(stored.domain());
        for (long hook : hooks) {
            disk.index().put(hook, key, Disk.location(stored));
        }
    }

    /** Finishes the file of a pair; what is added afterwards begins another. */
    void finish(Pair pair) throws IOException {
        Container before = open.remove(pair);
        if (before != null) {
            before.finish();
        }
    }

    void finish() throws IOException {
        for (Pair pair : Set.copyOf(open.keySet())) {
            finish(pair);
        }
    }

    /** A file went. */
    void removed(Container container) {
        open.remove(container.pair(), container);
        for (int i = 0; i < container.count(); i++) {
            drop(container.at(i));
        }
    }

    // ---- the thread that reads

    /**
     * Reads a file's catalogue.
     *
     * @return whether it is whole
     */
    boolean read(Container container) throws IOException {
        return new Catalogue(reading).read(container, this::add);
    }

    /**
     * Reads so many bytes of a segment.
     *
     * @throws IOException if they cannot be read, or are not what was written
     */
    void read(StoredSegment segment, int length, Recollection to) throws IOException {
        byte[] sealed = disk.toOpen();
        int size = segment.container().read(segment, sealed);
        try {
            reading.open(segment.container().nonce(), 2 * segment.ordinal(), sealed, size, to.bytes);
        } catch (GeneralSecurityException e) {
            throw new IOException("a segment in " + segment.container().data() + " is not what was written", e);
        }
        to.cut(secrets.gear(), length);
        counts.diskReads.increment();
        segment.container().use(disk.now());
    }
}
