package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.ferrule.codec.zstd.internal.ZstdCodec;
import org.ferrule.dedup.internal.DedupService;
import org.ferrule.isession.internal.DictionaryOption.TrustDomain;
import org.ferrule.stream.Stream;
import org.ferrule.testing.FlightRecording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flows that are de-duplicated by what really does it: whatever happens, their readers get what was written. */
class DedupFlowsTest {
    static final Options ON = options(true, true, false);

    private final Random random = new Random(5);
    private final Joined joined = new Joined(ON, ON);
    private final List<Way> ways = new ArrayList<>();
    private final List<byte[]> known = new ArrayList<>();
    private boolean damages;
    private boolean forgets;

    /** One direction of a flow. */
    private final class Way {
        private final Stream writer;
        private final Stream reader;
        private final Recorder recorder;
        private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
        private boolean suspends;

        Way(Stream writer, Stream reader, Recorder recorder) {
            this.writer = writer;
            this.reader = reader;
            this.recorder = recorder;
            recorder.onReceived = stream -> {
                if (suspends && random.nextInt(3) == 0) {
                    stream.suspendRead();
                }
            };
        }

        void write(byte[] bytes) {
            sent.writeBytes(bytes);
            writer.write(ByteBuffer.wrap(bytes));
        }
    }

    private static Options options(boolean wanted, boolean compressed, boolean shared) {
        return new Options(
                true,
                compressed,
                List.of("zstd"),
                Map.of(),
                Map.of(),
                false,
                shared,
                true,
                false,
                List.of(),
                DictionaryOption.of(wanted, TrustDomain.SHARED));
    }

    private void join(int chunk) {
        joined.nearStream.chunk(chunk);
        joined.farStream.chunk(chunk);
        joined.deduplicate().greet();
    }

    private void open() {
        boolean fromNear = random.nextBoolean();
        FakeOwner to = fromNear ? joined.farOwner : joined.nearOwner;
        Opened opened = Opened.on(fromNear ? joined.near : joined.far);
        joined.loop.run();
        Stream accepted = to.accepted.get(to.accepted.size() - 1);
        ways.add(new Way(opened.stream, accepted, to.recorders.get(to.recorders.size() - 1)));
        ways.add(new Way(accepted, opened.stream, opened.recorder));
    }

    /** New, known, or known with a change; sometimes much of it. */
    private byte[] content() {
        if (known.isEmpty() || random.nextInt(3) == 0) {
            byte[] bytes = new byte[1 + random.nextInt(random.nextInt(6) == 0 ? 200_000 : 5000)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : 'a' + i % 7);
            }
            known.add(bytes);
            return bytes;
        }
        byte[] old = known.get(random.nextInt(known.size()));
        int from = random.nextInt(old.length);
        byte[] bytes = Arrays.copyOfRange(old, from, from + 1 + random.nextInt(old.length - from));
        if (random.nextInt(3) == 0) {
            bytes[random.nextInt(bytes.length)]++;
        } else if (random.nextInt(3) == 0) {
            for (int at = random.nextInt(1000); at + 50 < bytes.length; at += 300 + random.nextInt(3000)) {
                Arrays.fill(bytes, at, at + random.nextInt(50), (byte) random.nextInt());
            }
        }
        return bytes;
    }

    private void drain() {
        for (int i = 0; i < 50; i++) {
            ways.forEach(way -> {
                way.suspends = false;
                way.writer.flush();
                way.reader.resumeRead();
            });
            joined.loop.run();
        }
    }

    private void assertAllArrived() {
        drain();
        assertEquals(List.of(), joined.nearOwner.ended);
        assertEquals(List.of(), joined.farOwner.ended);
        for (Way way : ways) {
            assertArrayEquals(way.sent.toByteArray(), way.recorder.bytes());
        }
        if (!damages) {
            assertEquals(0, joined.nearOwner.damages + joined.farOwner.damages);
        }
    }

    /** As a machine whose memory is broken: some bytes of the dictionary change, at one end. */
    private void damage() {
        BrokenMemory.damage(
                random.nextBoolean() ? joined.nearOwner : joined.farOwner,
                random.nextInt(1000),
                Integer.MAX_VALUE,
                1000);
    }

    private void end() {
        ways.forEach(way -> way.writer.shutdownOutput());
        joined.loop.pass(Duration.ofSeconds(20));
        for (FakeOwner owner : List.of(joined.nearOwner, joined.farOwner)) {
            assertEquals(0, owner.stats.currentFlows.get());
            assertEquals(0, owner.pool.used());
            assertEquals(0, owner.encoders.used());
            // The fibre keeps the history that its flows share.
            assertTrue(owner.decoders.used() <= new ZstdCodec().decoderMemory(), "used " + owner.decoders.used());
            assertEquals(0, owner.memory.used());
            assertEquals(List.of(), owner.ended);
        }
    }

    private long prefixed() {
        return joined.nearOwner.stats.blocksPrefixed.sum() + joined.farOwner.stats.blocksPrefixed.sum();
    }

    private double left() {
        Stats near = joined.nearOwner.stats;
        Stats far = joined.farOwner.stats;
        return (double) (near.restorableOut.sum() + far.restorableOut.sum()) / (near.rawOut.sum() + far.rawOut.sum());
    }

    @ParameterizedTest
    @CsvSource({"1,13", "2,4099", "3,2147483647", "4,61", "5,16384", "6,2147483647", "7,1000", "8,2147483647"})
    void whateverHappensTheBytesAreRight(long seed, int chunk) {
        random.setSeed(seed);
        join(chunk);
        for (int i = 0; i < 800; i++) {
            step();
        }
        assertAllArrived();
        assertTrue(left() < 1, "de-duplication left " + left());
        end();
    }

    /** Dictionaries that begin anew, time and again. */
    @ParameterizedTest
    @CsvSource({"1,13", "2,4099", "3,2147483647", "4,61", "5,16384", "6,2147483647", "7,1000", "8,2147483647"})
    void whatIsForgottenChangesNothing(long seed, int chunk) {
        random.setSeed(seed);
        forgets = true;
        join(chunk);
        for (int i = 0; i < 400; i++) {
            step();
        }
        assertAllArrived();
        end();
    }

    /** Only the end that receives can tell: what its peer keeps is what it compares with. */
    @ParameterizedTest
    @CsvSource({"1,4099", "2,2147483647", "3,2147483647", "4,1000"})
    void whatIsDamagedIsSentAgain(long seed, int chunk) {
        random.setSeed(seed);
        damages = true;
        join(chunk);
        for (int i = 0; i < 300; i++) {
            if (random.nextInt(20) == 0) {
                // What is on its way, or was checked and waits, refers to it as it was.
                drain();
                damage();
            }
            step();
        }
        assertAllArrived();
        assertTrue(joined.nearOwner.damages + joined.farOwner.damages > 3, "hardly anything was damaged");
        assertTrue(prefixed() > 0, "no block had a prefix");
        end();
    }

    /** What new bytes are compressed with is in no range, and is missed all the same. */
    @Test
    void aPrefixThatIsDamagedIsNoticed() throws IOException {
        try (FlightRecording recording =
                new FlightRecording("org.ferrule.DictionaryStall", "org.ferrule.DictionaryResend")) {
            damageAPrefix();
            List<String> events = recording.events().stream()
                    .map(event -> event.getEventType().getName() + " " + event.getString("endpoint"))
                    .toList();
            assertEquals(List.of("org.ferrule.DictionaryResend peer", "org.ferrule.DictionaryStall peer"), events);
        }
    }

    private void damageAPrefix() {
        damages = true;
        join(Integer.MAX_VALUE);
        open();
        Way way = ways.get(0);
        FakeOwner receiver = joined.farOwner.accepted.isEmpty() ? joined.nearOwner : joined.farOwner;
        byte[] bytes = new byte[60_000];
        random.nextBytes(bytes);
        way.write(bytes);
        drain();
        for (int at = 30_000; at < 31_000; at += 50) {
            bytes[at]++;
        }
        BrokenMemory.damage(receiver, 30_025, 31_000, 50);
        way.write(bytes);
        assertAllArrived();
        assertEquals(1, prefixed());
        assertEquals(1, receiver.damages);
        end();
    }

    private void step() {
        if (ways.isEmpty() || random.nextInt(25) == 0) {
            open();
            return;
        }
        Way way = ways.get(random.nextInt(ways.size()));
        switch (random.nextInt(12)) {
            case 0 -> way.suspends = true;
            case 1 -> {
                way.suspends = false;
                way.reader.resumeRead();
            }
            case 2 -> way.reader.suspendRead();
            case 3 -> {
                if (random.nextInt(3) == 0 && ways.size() > 4) {
                    reset(way);
                }
            }
            case 4 -> {
                change();
                if (random.nextInt(5) == 0) {
                    refuse();
                }
            }
            case 5, 6 -> joined.loop.run();
            case 7 -> way.writer.flush();
            default -> way.write(content());
        }
    }

    /** With bytes on their way, which others will refer to. */
    private void reset(Way way) {
        way.write(content());
        way.reader.reset();
        ways.removeIf(other -> other.reader == way.reader || other.writer == way.reader);
    }

    /** A flow that is not taken, with bytes right behind it. */
    private void refuse() {
        boolean fromNear = random.nextBoolean();
        FakeOwner to = fromNear ? joined.farOwner : joined.nearOwner;
        to.accepts = false;
        Opened refused = Opened.on(fromNear ? joined.near : joined.far);
        refused.write(content());
        joined.loop.run();
        assertTrue(refused.stream.closed());
        to.accepts = true;
    }

    private void change() {
        // What is sent again comes in the dictionary that it was asked for in, or not at all.
        if (!damages && random.nextInt(4) == 0) {
            (random.nextBoolean() ? joined.near : joined.far)
                    .options(options(random.nextInt(3) > 0, random.nextInt(4) > 0, random.nextBoolean()));
        }
        if (forgets && random.nextInt(4) == 0) {
            boolean near = random.nextBoolean();
            // Each is offered before the peer has heard of the one before.
            for (int i = random.nextInt(4); i >= 0; i--) {
                forget(near);
                joined.loop.run(random.nextInt(6));
            }
        }
    }

    /** An end begins a new dictionary. */
    private void forget(boolean near) {
        FakeOwner owner = near ? joined.nearOwner : joined.farOwner;
        owner.deduplication.refresh(owner.device());
        (near ? joined.near : joined.far).options(ON);
    }

    @Test
    void anAbandonedFlowsDataIsKept() {
        join(Integer.MAX_VALUE);
        open();
        Way way = ways.get(0);
        way.write(new byte[10]);
        joined.loop.run();
        byte[] bytes = new byte[30_000];
        random.nextBytes(bytes);
        // Both happen before either end hears of the other.
        way.reader.reset();
        way.writer.write(ByteBuffer.wrap(bytes));
        joined.loop.run();
        ways.clear();
        open();
        long before = joined.nearOwner.stats.encodedOut.sum() + joined.farOwner.stats.encodedOut.sum();
        Way next = ways.get(0);
        next.write(bytes);
        assertAllArrived();
        long sent = joined.nearOwner.stats.encodedOut.sum() + joined.farOwner.stats.encodedOut.sum() - before;
        assertTrue(sent < 1000, sent + " bytes were sent for what is known");
        end();
    }

    /** What is left of a chunk of the queue goes with the next one: blocks of a few bytes cost as much as long ones. */
    @Test
    void whatWaitsIsSentInFullBlocks() {
        join(Integer.MAX_VALUE);
        open();
        Way way = ways.get(0);
        byte[] bytes = new byte[1 << 20];
        random.nextBytes(bytes);
        way.write(bytes);
        assertAllArrived();
        long blocks = joined.nearOwner.stats.blocksPlain.sum() + joined.farOwner.stats.blocksPlain.sum();
        assertTrue(blocks >= 64 && blocks < 80, blocks + " blocks");
        end();
    }

    @Test
    void withoutTheModuleOfOneEndAllGoesOn() {
        join(Integer.MAX_VALUE);
        open();
        byte[] bytes = new byte[100_000];
        random.nextBytes(bytes);
        ways.get(0).write(bytes);
        joined.loop.run();
        joined.farOwner.deduplication = null;
        joined.far.options(ON);
        ways.get(0).write(bytes);
        ways.get(1).write(bytes);
        joined.loop.run();
        joined.farOwner.deduplication = new DedupService();
        joined.far.options(ON);
        ways.get(0).write(bytes);
        ways.get(1).write(bytes);
        assertAllArrived();
        end();
    }
}
