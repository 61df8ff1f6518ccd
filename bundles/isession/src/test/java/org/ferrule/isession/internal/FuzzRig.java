package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;
import org.ferrule.testing.FakeLoop;
import org.ferrule.testing.FakeStream;

/**
 * Plays conversations to fibres, each new, which share a loop and memory with a fibre that has done nothing wrong; after each
 * conversation all must be as it was before.
 */
final class FuzzRig {
    /** What the readers of flows do. */
    enum Reader {
        READS,
        NEVER_READS,
        READS_NOW_AND_THEN,
        ECHOES,
        RESETS,
        ENDS
    }

    /** How a fibre that nothing ended comes to its end. */
    enum End {
        RESET,
        CLOSED,
        SILENCE
    }

    /**
     * How a conversation is played.
     *
     * @param dialled whether the fibre is that of who dialled
     * @param busy whether this end changes its options, or leaves the fibre, meanwhile
     * @param seed of everything else
     */
    record Play(boolean dialled, Reader reader, End end, boolean busy, long seed) {}

    /** How it ended, by the words of {@link Conversation#ends}, and what flows had received by then. */
    record Outcome(String ends, int received) {}

    /** Cuts what is received; gives the size of the next piece. */
    interface Cut {
        int next(int left);
    }

    private static final Set<String> ORDERLY = Set.of("GONE", "ERROR");
    private static final int GREETING = 4096;

    private final FakeLoop loop = new FakeLoop();
    private final FakeOwner owner = new FakeOwner();
    private final FakeCodec codec = new FakeCodec("runs");
    private final Opened neighbour;
    private final FakeOwner beside = new FakeOwner();
    private final FakeOwner other = new FakeOwner();
    private final Options options = Options.of(java.util.Map.of(
            "mode", "enabled",
            "compression", "enabled",
            "compression-codecs", "runs",
            "compression-context", "fibre"));

    FuzzRig(long memory) {
        owner.pool = new MemoryPool(memory);
        owner.codecs.put("runs", codec);
        other.codecs.put("runs", new FakeCodec("runs"));
        FakeStream stream = FakeStream.pair(loop);
        // It does not rest, and so keeps what it has.
        beside.deadPeerTimeout = Duration.ofDays(1);
        other.deadPeerTimeout = Duration.ofDays(1);
        beside.pool = owner.pool;
        beside.encoders = owner.encoders;
        beside.decoders = owner.decoders;
        beside.codecs.put("runs", codec);
        Fibre near = new Fibre(stream, true, beside, options, beside.stats);
        near.start();
        new Fibre(stream.far(), false, other, options, other.stats).start();
        loop.run();
        neighbour = Opened.on(near);
        loop.run();
        talk();
    }

    /** Whoever shares memory and loop with a fibre that is ill-treated goes on. */
    private void talk() {
        Recorder recorder = other.recorders.get(0);
        int before = recorder.size();
        byte[] bytes = {1, 1, 2, 3, 5, 8};
        neighbour.write(bytes);
        loop.run();
        byte[] all = recorder.bytes();
        assertArrayEquals(bytes, Arrays.copyOfRange(all, before, all.length), "the other fibre is affected");
        assertTrue(before < 1 << 20, "a rig is for some hundred plays");
    }

    Outcome play(byte[] bytes, Play play, Cut cut) {
        long memory = owner.pool.used();
        long decoders = owner.decoders.used();
        long encoders = owner.encoders.used();
        int timers = loop.timers();
        int contexts = codec.contexts();
        Victim victim = new Victim(play);
        victim.hear(bytes, cut);
        Outcome outcome = victim.outcome();
        victim.end(play.end());
        assertEquals(0, victim.stats.currentFlows.get(), "flows are left");
        assertEquals(memory, owner.pool.used(), "memory of the receive pool is not given back");
        assertEquals(decoders, owner.decoders.used(), "memory of decoders is not given back");
        assertEquals(encoders, owner.encoders.used(), "memory of encoders is not given back");
        assertEquals(contexts, codec.contexts(), "contexts of codecs are not closed");
        assertEquals(timers, loop.timers(), "timers are left");
        talk();
        return outcome;
    }

    /** The fibre that hears a conversation, and its peer's side of the connection. */
    private final class Victim implements StreamHandler, FrameReader.Sink {
        private final Stats stats = new Stats();
        private final Random random;
        private final Play play;
        private final FakeStream peer = FakeStream.pair(loop).alwaysReads("a fibre never stops reading");
        private final FrameReader answers = new FrameReader(this);
        private final Fibre fibre;
        private final int ends = owner.ended.size();
        private long answered;
        private int errors;
        private int received;

        Victim(Play play) {
            this.play = play;
            random = new Random(play.seed());
            fibre = new Fibre(peer.far(), play.dialled(), owner, options, stats);
            owner.onReady = this::openTwo;
            owner.acceptor = flow -> flow.handler(new FlowReader(flow));
            peer.handler(this);
            fibre.start();
        }

        private void openTwo(Fibre ready) {
            for (int i = 0; i < 2; i++) {
                Opened opened = Opened.on(ready);
                opened.takesBack = () -> play.seed() % 2 == 0;
                if (opened.stream != null) {
                    opened.stream.handler(new FlowReader(opened.stream));
                    opened.write(new byte[300]);
                }
            }
        }

        void hear(byte[] bytes, Cut cut) {
            for (int at = 0; at < bytes.length; ) {
                int size = Math.min(bytes.length - at, cut.next(bytes.length - at));
                peer.write(ByteBuffer.wrap(bytes, at, size));
                loop.run();
                at += size;
                if (play.busy() && random.nextInt(4) == 0) {
                    actUp();
                }
            }
            long most = GREETING + 6L * bytes.length + (play.reader() == Reader.ECHOES ? 3L * received : 0);
            assertTrue(answered <= most, answered + " bytes answer " + bytes.length);
            assertTrue(owner.pool.used() <= owner.pool.size(), "the pool is exceeded");
        }

        private void actUp() {
            switch (random.nextInt(4)) {
                case 0 -> fibre.options(Joined.PLAIN);
                case 1 -> fibre.options(options);
                case 2 -> loop.pass(Duration.ofMillis(random.nextInt(6000)));
                default -> {
                    if (random.nextInt(4) == 0) {
                        fibre.retire("a test");
                    }
                }
            }
            loop.run();
        }

        Outcome outcome() {
            if (!fibre.ended()) {
                assertEquals(0, stats.errors(), "an error is counted, and the fibre goes on");
                return new Outcome("", received);
            }
            assertEquals(ends + 1, owner.ended.size(), "the end is told once");
            String reason = owner.ended.get(ends);
            String by = reason.startsWith("the peer broke the protocol (")
                    ? reason.substring(reason.indexOf('(') + 1, reason.indexOf(')'))
                    : reason.startsWith("the peer ended the tunnel")
                            ? "ERROR"
                            : reason.startsWith("it takes no more flows") ? "GONE" : reason;
            boolean timedOut = play.busy() && (by.contains("did not") || by.contains("nothing was heard"));
            assertEquals(ORDERLY.contains(by) || timedOut ? 0 : 1, stats.errors(), by);
            assertEquals(
                    ORDERLY.contains(by) || by.contains("nothing was") || by.contains("did not greet") ? 0 : 1,
                    errors,
                    by + " must be told to the peer");
            return new Outcome(by, received);
        }

        void end(End how) {
            switch (how) {
                case RESET -> peer.reset();
                case CLOSED -> peer.shutdownOutput();
                case SILENCE -> peer.cut();
            }
            loop.pass(Duration.ofSeconds(30));
            assertTrue(fibre.ended(), "it lives on without a peer");
            assertEquals(ends + 1, owner.ended.size());
            owner.onReady = ready -> {};
        }

        @Override
        public void received(Stream stream, ByteBuffer data) {
            answered += data.remaining();
            try {
                answers.read(data);
            } catch (ProtocolError e) {
                throw new AssertionError("the fibre breaks the protocol", e);
            }
        }

        @Override
        public void frame(FrameType type, int flow, ByteBuffer payload) {
            errors += type == FrameType.ERROR ? 1 : 0;
        }

        @Override
        public boolean ended() {
            return false;
        }

        @Override
        public void inputEnded(Stream stream) {
            // Whether it ended is seen at the fibre.
        }

        @Override
        public void closed(Stream stream, CloseReason reason) {
            // The same.
        }

        /** Reads, or not. */
        private final class FlowReader implements StreamHandler {
            private boolean ended;

            FlowReader(Stream flow) {
                if (play.reader() == Reader.NEVER_READS) {
                    flow.suspendRead();
                }
            }

            @Override
            public void received(Stream flow, ByteBuffer data) {
                assertTrue(!ended, "data after the end");
                received += data.remaining();
                switch (play.reader()) {
                    case READS_NOW_AND_THEN -> {
                        flow.suspendRead();
                        loop.execute(() -> loop.execute(flow::resumeRead));
                    }
                    case ECHOES -> flow.write(data);
                    case RESETS -> flow.reset();
                    case ENDS -> flow.shutdownOutput();
                    default -> {
                        // It reads on.
                    }
                }
                data.position(data.limit());
            }

            @Override
            public void inputEnded(Stream flow) {
                assertTrue(!ended, "two ends");
                ended = true;
                if (play.reader() == Reader.ECHOES) {
                    flow.shutdownOutput();
                }
            }

            @Override
            public void closed(Stream flow, CloseReason reason) {
                ended = true;
            }
        }
    }
}
