package org.ferrule.dedup.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A file of segments, and its catalogue: to which segments are added until it is full, and which is deleted as a whole. One
 * thread adds; any thread reads what is there.
 */
final class Container {
    /** Bits of a segment's place in its file, and so the most of one file. */
    static final int LOG_MOST = 13;

    static final int MOST = 1 << LOG_MOST;
    static final String DATA = ".data";
    static final String CATALOGUE = ".catalogue";

    private static final int FIRST = 16;

    private final int number;
    private final PeerDisk peer;
    private final Pair pair;
    private final long nonce;
    private final Path data;
    private final Path catalogue;
    private final AtomicLong size = new AtomicLong();
    private volatile StoredSegment[] segments = new StoredSegment[FIRST];
    private int count;
    private FileChannel dataChannel;
    private FileChannel catalogueChannel;
    private int end;
    private volatile long used;

    /**
     * @param number another one for each
     * @param nonce a random number of its own
     * @param used when anything of it was last used, in milliseconds since 1970
     */
    Container(PeerDisk peer, int number, Pair pair, long nonce, long used) {
        this.peer = peer;
        this.number = number;
        this.pair = pair;
        this.nonce = nonce;
        this.used = used;
        String name = String.format("%08x-%s", number, pair);
        data = peer.folder().resolve(name + DATA);
        catalogue = peer.folder().resolve(name + CATALOGUE);
    }

    PeerDisk peer() {
        return peer;
    }

    int number() {
        return number;
    }

    Pair pair() {
        return pair;
    }

    long nonce() {
        return nonce;
    }

    Path data() {
        return data;
    }

    Path catalogue() {
        return catalogue;
    }

    /** Bytes that its files take. */
    long size() {
        return size.get();
    }

    long used() {
        return used;
    }

    /** Segments that are in it. */
    int count() {
        return count;
    }

    /** Whether it can be added to. */
    boolean open() {
        return dataChannel != null;
    }

    /** Where the next segment goes. */
    int end() {
        return end;
    }

    /** The segment at a place; null if there is none. */
    StoredSegment at(int ordinal) {
        StoredSegment[] now = segments;
        return ordinal < now.length ? now[ordinal] : null;
    }

    // ---- by the thread that writes, or before any other knows of it

    /** Makes the files. */
    void create(ByteBuffer head) throws IOException {
        create(data).close();
        dataChannel = Unbuffered.open(data);
        catalogueChannel = create(catalogue);
        write(catalogueChannel, head);
    }

    private static FileChannel create(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /** Adds a sealed segment as it is written, and then its sealed entry in the catalogue. */
    void append(ByteBuffer segment, ByteBuffer entry, long now) throws IOException {
        int length = segment.remaining();
        used = now;
        write(dataChannel, segment);
        end += length;
        write(catalogueChannel, entry);
    }

    private void write(FileChannel to, ByteBuffer bytes) throws IOException {
        size.addAndGet(bytes.remaining());
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    /** What there is of it, when it was read from disk. */
    void sizeFound(long bytes) {
        size.set(bytes);
    }

    void add(StoredSegment segment) {
        StoredSegment[] next = segments;
        if (count == next.length) {
            next = Arrays.copyOf(next, 2 * count);
        }
        next[count++] = segment;
        segments = next;
    }

    /** Nothing is added any more; what was survives a crash of the machine from then on. */
    void finish() throws IOException {
        if (dataChannel != null) {
            try (FileChannel first = dataChannel;
                    FileChannel second = catalogueChannel) {
                first.force(false);
                second.force(false);
                Files.setLastModifiedTime(catalogue, FileTime.fromMillis(used));
            } finally {
                dataChannel = null;
                catalogueChannel = null;
            }
        }
    }

    void delete() throws IOException {
        try {
            finish();
        } finally {
            Files.deleteIfExists(catalogue);
            Files.deleteIfExists(data);
        }
    }

    // ---- by any thread

    /** Reads the sealed bytes of a segment; gives how many there are. */
    int read(StoredSegment segment, byte[] to) throws IOException {
        try (FileChannel channel = FileChannel.open(data, StandardOpenOption.READ)) {
            ByteBuffer into = ByteBuffer.wrap(to, 0, segment.stored() + Seal.TAG);
            int more = 0;
            while (into.hasRemaining() && more >= 0) {
                more = channel.read(into, segment.offset() + (long) into.position());
            }
            return into.position();
        }
    }

    /** Something of it is used: it is not among the first to go, even after a restart. */
    void use(long now) throws IOException {
        if (now - used > TimeUnit.MINUTES.toMillis(1)) {
            used = now;
            Files.setLastModifiedTime(catalogue, FileTime.fromMillis(now));
        }
    }
}
