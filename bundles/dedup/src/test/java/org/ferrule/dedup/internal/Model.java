package org.ferrule.dedup.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.ferrule.codec.CodecException;
import org.ferrule.codec.dictionary.Dictionary.Link;
import org.ferrule.codec.dictionary.DictionaryDecoder;
import org.ferrule.codec.dictionary.DictionaryEncoder;
import org.ferrule.codec.dictionary.FibreDictionary;

/** Two ends of dictionaries, fibres between them that keep what was sent until somebody lets it arrive, and flows. */
final class Model {
    final Store[] stores;
    final DeviceDictionary[] dictionaries = new DeviceDictionary[2];
    final Counts[] counts = {new Counts(), new Counts()};
    final List<Fibre> fibres = new ArrayList<>();
    long wire;

    Model(int segments) {
        stores = new Store[] {
            new Store((long) segments << Segment.LOG_SIZE), new Store((long) segments << Segment.LOG_SIZE)
        };
        start(0);
        start(1);
    }

    /** An end starts anew; its fibres must have been cut. */
    void start(int end) {
        if (dictionaries[end] != null) {
            dictionaries[end].retire();
        }
        Store store = stores[end];
        dictionaries[end] = new DeviceDictionary(
                store, store::size, () -> "", epoch -> {}, () -> {}, counts[end], new SecureRandom());
    }

    Fibre fibre() {
        Fibre fibre = new Fibre();
        fibres.add(fibre);
        return fibre;
    }

    /** Lets everything arrive. */
    void settle() throws CodecException {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Fibre fibre : fibres) {
                for (int to = 0; to < 2; to++) {
                    moved |= fibre.ends[to].step();
                }
            }
        }
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
                end.tasks.clear();
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
        final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        final List<Flow> begun = new ArrayList<>();
        End other;
        FibreDictionary dictionary;

        End(int side) {
            this.side = side;
        }

        @Override
        public Executor loop() {
            return tasks::add;
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
            if (!tasks.isEmpty()) {
                tasks.poll().run();
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

    /** One direction of a flow. */
    final class Flow {
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
            if (encoder.raw() > 0 && !from.begun.contains(this)) {
                from.begun.add(this);
            }
        }

        void flush() {
            from.begun.remove(this);
            int raw = encoder.raw();
            if (raw > 0) {
                ByteBuffer block = encoder.block();
                wire += block.remaining();
                to.arriving.add(new Item(copy(block), this, raw));
            }
        }

        void arrived(Item item) throws CodecException {
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
