package org.ferrule.dedup.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.IntSupplier;
import org.ferrule.codec.CodecException;
import org.ferrule.codec.dictionary.Dictionary.Link;
import org.ferrule.codec.dictionary.DictionaryDecoder;
import org.ferrule.codec.dictionary.DictionaryEncoder;
import org.ferrule.codec.dictionary.FibreDictionary;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Secrets;

/** Two ends of dictionaries, fibres between them that keep what was sent until somebody lets it arrive, and flows. */
final class Model {
    final Store[] stores;
    final DeviceDictionary[] dictionaries = new DeviceDictionary[2];
    final Counts[] counts = {new Counts(), new Counts()};
    final DiskFolder[] disks = new DiskFolder[2];

    /** What disks have to do, read and write, by end. */
    private final List<ArrayDeque<Runnable>> diskTasks = List.of(new ArrayDeque<>(), new ArrayDeque<>());

    /** What event loops have to do, by end. */
    private final List<ArrayDeque<Runnable>> loops = List.of(new ArrayDeque<>(), new ArrayDeque<>());

    private final int segments;
    private final Path folder;
    private final long diskBytes;
    private final IntSupplier quota;
    long now = 1_000_000_000_000L;
    long free = Long.MAX_VALUE;
    final List<Fibre> fibres = new ArrayList<>();
    long wire;

    /** How many blocks had a prefix. */
    int prefixed;

    Model(int segments) {
        this(segments, null, 0);
    }

    /** One of those that share the memory of an end. */
    Model(Store shared, IntSupplier quota) {
        segments = shared.size();
        folder = null;
        diskBytes = 0;
        this.quota = quota;
        stores = new Store[] {shared, new Store((long) segments << Segment.LOG_SIZE)};
        open(0);
        open(1);
    }

    /** With disks in a folder, of so many bytes each. */
    Model(int segments, Path folder, long diskBytes) {
        this.segments = segments;
        quota = () -> segments;
        this.folder = folder;
        this.diskBytes = diskBytes;
        stores = new Store[2];
        startAfterCrash(0);
        startAfterCrash(1);
    }

    /** An end starts anew; its fibres must have been cut. */
    void start(int end) {
        dictionaries[end].sessions().forEach(Session::flush);
        dictionaries[end].retire();
        while (runDisk(end) | runLoop(end)) {
            // One gives tasks to the other.
        }
        open(end);
    }

    /** The same, but what was not written is lost. */
    void startAfterCrash(int end) {
        diskTasks.get(end).clear();
        loops.get(end).clear();
        stores[end] = new Store((long) segments << Segment.LOG_SIZE);
        open(end);
    }

    private void open(int end) {
        if (disks[end] != null) {
            disks[end].close();
        }
        disks[end] = folder == null ? null : disk(end);
        Store store = stores[end];
        dictionaries[end] = new DeviceDictionary(
                store,
                quota,
                () -> "",
                epoch -> {},
                () -> {},
                counts[end],
                disks[end] == null ? null : disks[end].peer("peer"),
                new SecureRandom());
    }

    Path folder(int end) {
        return folder.resolve("end" + end);
    }

    private DiskFolder disk(int end) {
        try {
            return new DiskFolder(
                    folder(end),
                    new Disk.Limits(diskBytes, diskBytes / 100 * 95, diskBytes / 100 * 80),
                    new Disk.Means(diskTasks.get(end)::add, diskTasks.get(end)::add, () -> now, any -> free),
                    new OpenSecrets(),
                    new SecureRandom(),
                    device -> counts[end]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean runDisk(int end) {
        boolean ran = false;
        while (stepDisk(end)) {
            ran = true;
        }
        return ran;
    }

    private boolean runLoop(int end) {
        boolean ran = false;
        while (stepLoop(end)) {
            ran = true;
        }
        return ran;
    }

    /** One thing that a disk has to do. */
    boolean stepDisk(int end) {
        return step(diskTasks.get(end));
    }

    private boolean stepLoop(int end) {
        return step(loops.get(end));
    }

    private static boolean step(ArrayDeque<Runnable> tasks) {
        Runnable task = tasks.poll();
        if (task != null) {
            task.run();
        }
        return task != null;
    }

    /** Seals nothing. */
    static final class OpenSecrets implements Secrets {
        @Override
        public String seal(byte[] plain) {
            return PREFIX + Base64.getUrlEncoder().encodeToString(plain);
        }

        @Override
        public byte[] open(String sealed) throws ConfigException {
            try {
                return Base64.getUrlDecoder().decode(sealed.substring(PREFIX.length()));
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw ConfigException.invalid("it was not sealed here");
            }
        }
    }

    Fibre fibre() {
        Fibre fibre = new Fibre();
        fibres.add(fibre);
        return fibre;
    }

    /** Lets everything arrive, and disks do all that they have to. */
    void settle() throws CodecException {
        do {
            settleLoops();
        } while (runDisk(0) | runDisk(1));
    }

    /** Lets everything arrive; disks do nothing. */
    void settleLoops() throws CodecException {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Fibre fibre : fibres) {
                for (int to = 0; to < 2; to++) {
                    moved |= fibre.ends[to].step();
                }
            }
            moved |= runLoop(0) | runLoop(1);
        }
    }

    /** Sends all of the data, compares what has arrived with what was sent, and gives the bytes that crossed for it. */
    long cost(Flow flow, byte[] data) throws CodecException {
        long before = wire;
        for (int at = 0; at < data.length; at += 1 << 16) {
            flow.write(Arrays.copyOfRange(data, at, Math.min(data.length, at + (1 << 16))));
            // What the peer grants comes meanwhile, as it does in reality.
            settle();
        }
        flow.flush();
        settle();
        assertArrayEquals(flow.sent.toByteArray(), flow.received.toByteArray());
        assertEquals(0, flow.mismatches);
        return wire - before;
    }

    /** What is on its way: a message, or a block of a flow. */
    record Item(ByteBuffer bytes, Flow flow, int raw) {}

    /** One fibre. */
    final class Fibre {
        final End[] ends = {new End(0), new End(1)};
        boolean cut;

        Fibre() {
            for (End end : ends) {
                end.other = ends[1 - end.side];
            }
            for (End end : ends) {
                end.dictionary = dictionaries[end.side].join(dictionaries[1 - end.side].epoch(), end);
            }
        }

        /** What was on its way is lost. */
        void cut() {
            cut = true;
            fibres.remove(this);
            for (End end : ends) {
                end.dictionary.leave();
                end.arriving.clear();
            }
        }

        Flow flow(int from, String domain) {
            return new Flow(this, from, domain);
        }
    }

    /** One end of a fibre. */
    final class End implements Link {
        final int side;
        final ArrayDeque<Item> arriving = new ArrayDeque<>();
        final List<Flow> begun = new ArrayList<>();
        End other;
        FibreDictionary dictionary;

        End(int side) {
            this.side = side;
        }

        @Override
        public Executor loop() {
            return loops.get(side)::add;
        }

        @Override
        public boolean send(ByteBuffer message) {
            wire += message.remaining();
            other.arriving.add(new Item(copy(message), null, 0));
            return true;
        }

        @Override
        public void flush() {
            List.copyOf(begun).forEach(Flow::flush);
        }

        /** One task, or one thing that arrives. */
        boolean step() throws CodecException {
            if (stepLoop(side)) {
                return true;
            }
            Item item = arriving.poll();
            if (item == null) {
                return false;
            }
            if (item.flow() == null) {
                dictionary.message(item.bytes());
            } else {
                item.flow().arrived(item);
            }
            if (arriving.isEmpty()) {
                dictionary.rest();
            }
            return true;
        }
    }

    /** How long a block's head was, and what its new bytes may be compressed with. */
    private record Prefixed(int head, ByteBuffer prefix) {}

    /** One direction of a flow. */
    final class Flow {
        private final ArrayDeque<Prefixed> prefixes = new ArrayDeque<>();
        private final Fibre fibre;
        private final End from;
        private final End to;
        private final DictionaryEncoder encoder;
        private final DictionaryDecoder decoder;
        private final ArrayDeque<ByteBuffer> held = new ArrayDeque<>();
        final ByteArrayOutputStream sent = new ByteArrayOutputStream();
        final ByteArrayOutputStream received = new ByteArrayOutputStream();
        boolean reads = true;
        int mismatches;

        Flow(Fibre fibre, int from, String domain) {
            this.fibre = fibre;
            this.from = fibre.ends[from];
            to = fibre.ends[1 - from];
            encoder = this.from.dictionary.encoder(domain);
            decoder = to.dictionary.decoder(domain);
        }

        boolean cut() {
            return fibre.cut;
        }

        /** Sends; what only repeats may wait for {@link #flush}. */
        void write(byte[] data) {
            write(data, DictionaryEncoder.MOST_RAW, FlowEncoder.MOST_BLOCK);
        }

        void write(byte[] data, int mostRaw, int mostBlock) {
            sent.writeBytes(data);
            ByteBuffer rest = ByteBuffer.allocateDirect(data.length).put(data).flip();
            while (rest.hasRemaining()) {
                if (encoder.take(rest, mostRaw, mostBlock)) {
                    flush();
                }
            }
            if (encoder.raw() > 0 && !encoder.repeats()) {
                flush();
            } else if (encoder.raw() > 0 && !from.begun.contains(this)) {
                from.begun.add(this);
            }
        }

        void flush() {
            from.begun.remove(this);
            int raw = encoder.raw();
            if (raw > 0) {
                ByteBuffer block = encoder.block();
                prefixes.add(new Prefixed(encoder.head(), copy(encoder.prefix())));
                wire += block.remaining();
                to.arriving.add(new Item(copy(block), this, raw));
            }
        }

        void arrived(Item item) throws CodecException {
            checkPrefix(item);
            if (!decoder.arrived(item.bytes(), item.raw(), right -> {
                assertTrue(right);
                read();
            })) {
                mismatches++;
            }
            if (reads && held.isEmpty() && decoder.ready(item.bytes())) {
                restore(item.bytes());
            } else {
                decoder.hold(item.bytes());
                held.add(item.bytes());
            }
        }

        /** Both ends must find the same. */
        private void checkPrefix(Item item) throws CodecException {
            Prefixed sent = prefixes.remove();
            if (sent.prefix().hasRemaining()) {
                int newBytes = item.bytes().remaining() - sent.head();
                ByteBuffer head = item.bytes().slice(0, sent.head());
                assertEquals(sent.prefix(), decoder.prefix(head, newBytes, item.raw()));
                prefixed++;
            }
        }

        /** Reads, and goes on with it. */
        void read() {
            reads = true;
            while (!held.isEmpty() && decoder.ready(held.peek())) {
                ByteBuffer block = held.poll();
                restore(block);
                decoder.letGo(block);
            }
        }

        private void restore(ByteBuffer block) {
            int done = 0;
            int last;
            do {
                last = done;
                // As one who stops after each piece.
                done = decoder.restore(block, done, piece -> {
                    byte[] bytes = new byte[piece.remaining()];
                    piece.get(bytes);
                    received.writeBytes(bytes);
                    return false;
                });
            } while (done > last);
        }
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocateDirect(bytes.remaining())
                .put(bytes.duplicate())
                .flip();
    }
}
