package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.ferrule.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A fibre that is cut anywhere, within frames and between them: both ends let go of everything, and neither hangs. */
class CutFibreTest {
    /** Everything that two fibres say to each other, from greeting to good end, with all kinds of flows. */
    private static final class Talk {
        private final Joined joined = new Joined(Joined.RUNS, Joined.RUNS);
        private final Random random = new Random(7);
        private final List<Opened> opened = new ArrayList<>();
        private final List<byte[]> sent = new ArrayList<>();

        Talk run() {
            joined.greet();
            bothWays();
            slowReader();
            fromTheOtherEnd();
            newRules();
            leave();
            joined.loop.pass(Duration.ofSeconds(60));
            return this;
        }

        private void open(Fibre fibre) {
            if (fibre.ready()) {
                opened.add(Opened.on(fibre));
                sent.add(new byte[0]);
            }
            joined.loop.run();
        }

        private void write(int flow, byte[] bytes) {
            if (flow < opened.size() && opened.get(flow).stream != null) {
                if (!opened.get(flow).stream.closed()) {
                    byte[] all = Arrays.copyOf(sent.get(flow), sent.get(flow).length + bytes.length);
                    System.arraycopy(bytes, 0, all, all.length - bytes.length, bytes.length);
                    sent.set(flow, all);
                }
                opened.get(flow).write(bytes);
            }
            joined.loop.run();
        }

        private void end(int flow) {
            if (flow < opened.size()) {
                opened.get(flow).stream.shutdownOutput();
            }
            joined.loop.run();
        }

        private Stream accepted(FakeOwner owner, int index) {
            return index < owner.accepted.size() ? owner.accepted.get(index) : null;
        }

        /** Flow 0: a request, half-closed, and its answer. */
        private void bothWays() {
            open(joined.near);
            write(0, Bytes.noise(random, 100));
            write(0, Bytes.same(3000, 'x'));
            end(0);
            Stream far = accepted(joined.farOwner, 0);
            if (far != null) {
                far.write(java.nio.ByteBuffer.wrap(Bytes.same(500, 'y')));
                joined.loop.run();
                far.shutdownOutput();
                joined.loop.run();
            }
        }

        /** Flow 1: blocks wait, and are read later; then it is reset from the far end. */
        private void slowReader() {
            open(joined.near);
            Stream far = accepted(joined.farOwner, 1);
            if (far != null) {
                far.suspendRead();
            }
            write(1, Bytes.same(1000, 'a'));
            write(1, Bytes.noise(random, 80));
            joined.loop.pass(Duration.ofSeconds(6));
            if (far != null) {
                far.resumeRead();
                joined.loop.run();
                far.reset();
            }
            joined.loop.run();
        }

        /** Flow 2: of the far end, reset by who opened it with its blocks unread. */
        private void fromTheOtherEnd() {
            open(joined.far);
            Stream near = accepted(joined.nearOwner, 0);
            if (near != null) {
                near.suspendRead();
            }
            write(2, Bytes.noise(random, 90));
            if (opened.size() > 2) {
                opened.get(2).stream.reset();
            }
            joined.loop.run();
        }

        /** Flow 3 lives through changes of what is allowed, and of the codec. */
        private void newRules() {
            open(joined.near);
            write(3, Bytes.same(700, 'b'));
            joined.near.options(Joined.PLAIN);
            joined.loop.run();
            write(3, Bytes.same(70, 'c'));
            joined.near.options(Joined.RUNS);
            joined.loop.run();
            write(3, Bytes.same(700, 'd'));
            joined.farOwner.codecs.clear();
            joined.far.options(Joined.RUNS);
            joined.loop.run();
            write(3, Bytes.same(70, 'e'));
            joined.loop.pass(Duration.ofSeconds(6));
        }

        /** The fibre is left while flow 3 goes on; with its end, both are gone. */
        private void leave() {
            joined.near.retire("its age");
            joined.loop.run();
            write(3, Bytes.same(90, 'f'));
            end(3);
            for (Stream flow : joined.farOwner.accepted) {
                flow.shutdownOutput();
                joined.loop.run();
            }
        }

        void assertAllIsOver(String when) {
            assertEquals(1, joined.nearOwner.ended.size(), when);
            assertEquals(1, joined.farOwner.ended.size(), when);
            assertEquals(0, joined.nearOwner.stats.errors() + joined.farOwner.stats.errors(), when);
            for (FakeOwner owner : List.of(joined.nearOwner, joined.farOwner)) {
                assertEquals(0, owner.pool.used(), when);
                assertEquals(0, owner.encoders.used(), when);
                assertEquals(0, owner.decoders.used(), when);
                assertEquals(0, owner.stats.currentFlows.get(), when);
                owner.recorders.forEach(recorder -> assertEquals(1, recorder.closed.size(), when));
            }
            assertEquals(0, joined.codec.contexts(), when);
            assertEquals(0, joined.loop.timers(), when);
            for (int i = 0; i < opened.size(); i++) {
                assertEquals(
                        1,
                        opened.get(i).recorder.closed.size()
                                + opened.get(i).refused.size(),
                        when);
            }
            assertPrefix(0, 0, when);
            assertPrefix(1, 1, when);
            assertPrefix(3, 2, when);
        }

        /** What arrived is what was sent, as far as it came. */
        private void assertPrefix(int flow, int accepted, String when) {
            if (accepted < joined.farOwner.recorders.size()) {
                byte[] arrived = joined.farOwner.recorders.get(accepted).bytes();
                assertArrayEquals(Arrays.copyOf(sent.get(flow), arrived.length), arrived, when);
            }
        }
    }

    @Test
    void whatIsNotCutComesToAGoodEnd() {
        Talk talk = new Talk().run();
        talk.assertAllIsOver("without a cut");
        assertEquals(List.of("it takes no more flows, and the last one is over"), talk.joined.nearOwner.ended);
        assertEquals(List.of("it takes no more flows, and the last one is over"), talk.joined.farOwner.ended);
        for (int[] flow : new int[][] {{0, 0}, {1, 1}, {3, 2}}) {
            assertArrayEquals(
                    talk.sent.get(flow[0]),
                    talk.joined.farOwner.recorders.get(flow[1]).bytes());
        }
        assertEquals(500, talk.opened.get(0).recorder.size());
        assertTrue(talk.joined.nearStream.passed() > 1000 && talk.joined.farStream.passed() > 700);
    }

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void aCutAfterAnyByteLeavesNothing(boolean nearToFar, boolean breaking) {
        Talk whole = new Talk().run();
        long bytes = (nearToFar ? whole.joined.nearStream : whole.joined.farStream).passed();
        for (long at = 0; at <= bytes; at++) {
            Talk talk = new Talk();
            (nearToFar ? talk.joined.nearStream : talk.joined.farStream).cutAfter(at, breaking);
            talk.run().assertAllIsOver("after byte " + at + " of " + bytes);
        }
    }
}
