package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ferrule.codec.adaptive.AdaptiveCompression;
import org.ferrule.codec.adaptive.Choice;
import org.ferrule.codec.adaptive.FibreChooser;
import org.ferrule.codec.adaptive.FlowChooser;
import org.junit.jupiter.api.Test;

/** What a fibre does with choosers: whom it asks, what it tells them, and what happens when they go. */
class AdaptiveFibreTest {
    private static final byte[] DATA = Bytes.same(5000, 7);

    private final Joined joined = joined(true, true);
    private final Scripted scripted = new Scripted();

    /** Chooses what it is told to, and keeps what it hears. */
    private static final class Scripted implements AdaptiveCompression, FibreChooser, FlowChooser {
        final List<String> heard = new ArrayList<>();
        List<Allowed> allowed = List.of();
        int level = 2;
        Choice trial;
        RuntimeException failure;
        int flows;

        @Override
        public FibreChooser fibre() {
            return this;
        }

        @Override
        public void allow(List<Allowed> codecs) {
            allowed = codecs;
        }

        @Override
        public void link(double nanosPerByte) {
            // Not what this is about.
        }

        @Override
        public void processor(double share, double others) {
            // Nor is this.
        }

        @Override
        public FlowChooser flow() {
            flows++;
            return this;
        }

        @Override
        public Decision decision() {
            return new Decision("whatever", "nothing", "it was told to");
        }

        @Override
        public Choice next(int rawBytes, long nanoTime) {
            if (failure != null) {
                throw failure;
            }
            return level == 0 || allowed.isEmpty()
                    ? Choice.NONE
                    : new Choice(allowed.get(0).codec(), level);
        }

        @Override
        public Choice trial() {
            return trial;
        }

        @Override
        public void encoded(Choice choice, int rawBytes, int encodedBytes, long nanos) {
            heard.add(choice + ": " + rawBytes + " to " + encodedBytes);
        }

        @Override
        public void tried(Choice choice, int rawBytes, int encodedBytes, long nanos) {
            heard.add("tried " + choice + ": " + rawBytes + " to " + encodedBytes);
        }
    }

    private static Joined joined(boolean near, boolean far) {
        return new Joined(options(near), options(far));
    }

    private static Options options(boolean adaptive) {
        return new Options(true, true, List.of("runs"), Map.of("runs", 4), adaptive, false, true, false, List.of());
    }

    private Opened start() {
        joined.nearOwner.adaptive = scripted;
        joined.greet();
        return joined.open();
    }

    private void send(Opened opened) {
        opened.write(DATA);
        joined.loop.run();
    }

    @Test
    void whatIsChosenIsUsedAndWhatBecameOfItIsTold() {
        Opened opened = start();
        send(opened);
        assertEquals(4, scripted.allowed.get(0).mostLevel());
        assertEquals(List.of("runs level 2: 5000 to 44"), scripted.heard);
        assertEquals(List.of(2), joined.codec.levels);
        scripted.level = 0;
        send(opened);
        assertEquals(1, joined.nearOwner.stats.blocksPlain.sum());
        assertEquals(10_000, joined.recorder(0).size());
        assertEquals("whatever", joined.near.compression().decision().choice());
    }

    @Test
    void itIsAskedOnlyWhereBothEndsAllowThat() {
        for (boolean near : new boolean[] {false, true}) {
            Joined one = joined(near, !near);
            one.nearOwner.adaptive = scripted;
            one.greet();
            one.open().write(DATA);
            one.loop.run();
            assertEquals(List.of(), scripted.heard);
            assertEquals(List.of(4), one.codec.levels);
            assertTrue(one.near.compression().decision().reason().contains("first codec that both ends allow"));
        }
    }

    @Test
    void aTrialIsNotSent() {
        Opened opened = start();
        scripted.trial = new Choice(joined.codec, 4);
        send(opened);
        assertEquals(List.of("runs level 2: 5000 to 44", "tried runs level 4: 5000 to 44"), scripted.heard);
        assertEquals(1, joined.nearOwner.stats.blocksCompressed.sum());
        assertEquals(5000, joined.recorder(0).size());
        scripted.trial = null;
        send(opened);
        assertEquals(2, joined.codec.contexts(), "the fibre's; that of the trial is given back");
    }

    @Test
    void aTrialOfALargeBlockIsOfAllOfIt() {
        Opened opened = start();
        opened.write(Bytes.same(1 << 21, 3));
        joined.loop.run();
        scripted.heard.clear();
        scripted.trial = new Choice(joined.codec, 4);
        opened.write(Bytes.same(BlockSize.MOST, 3));
        joined.loop.run();
        String[] sent = scripted.heard.get(0).split("[: ]+");
        assertTrue(Integer.parseInt(sent[3]) > Protocol.MOST_ENCODED, scripted.heard.get(0));
        assertEquals("tried runs level 4: " + sent[3] + " to " + sent[5], scripted.heard.get(1));
        assertEquals(List.of(), joined.nearOwner.chooserFailures);
    }

    @Test
    void aChooserThatFailsIsLeftForTheFirstCodec() {
        Opened opened = start();
        scripted.failure = new IllegalStateException("its bundle went away");
        send(opened);
        send(opened);
        assertEquals(10_000, joined.recorder(0).size());
        assertEquals(2, joined.nearOwner.stats.blocksCompressed.sum());
        assertEquals(1, joined.nearOwner.chooserFailures.size());
    }

    @Test
    void aModuleThatComesOrGoesTakesEffectAtTheNextBlock() {
        joined.greet();
        Opened opened = joined.open();
        send(opened);
        assertEquals(List.of(), scripted.heard);
        joined.nearOwner.adaptive = scripted;
        send(opened);
        assertEquals(1, scripted.heard.size());
        joined.nearOwner.adaptive = null;
        send(opened);
        assertEquals(1, scripted.heard.size());
        assertEquals(15_000, joined.recorder(0).size());
    }

    @Test
    void flowsThatRestGiveTheirContextsBackAndGoOnLater() {
        Opened opened = start();
        opened.write(Bytes.same(BlockEncoder.ALONE, 1));
        send(opened);
        assertEquals(4, joined.codec.contexts());
        joined.loop.pass(Duration.ofSeconds(20));
        assertEquals(1, joined.codec.contexts(), "what the far end decodes the fibre's with");
        assertFalse(joined.near.ended());
        send(opened);
        send(opened);
        assertEquals(BlockEncoder.ALONE + 15_000, joined.recorder(0).size());
    }

    /** More flows than the peer keeps histories for. */
    @Test
    void flowsTakeTurnsWithHistories() {
        start();
        int most = 16;
        List<Opened> all = new ArrayList<>();
        for (int i = 0; i < most + 4; i++) {
            Opened opened = joined.open();
            all.add(opened);
            opened.write(Bytes.same(BlockEncoder.ALONE, 1));
            send(opened);
        }
        assertEquals(most, joined.near.compression().histories().size());
        joined.loop.pass(Duration.ofSeconds(2));
        send(all.get(most + 1));
        send(all.get(most + 2));
        assertEquals(most, joined.near.compression().histories().size());
        assertEquals(2 * most + 2, joined.codec.contexts(), "each history at both ends, and the fibre's");
        for (Opened opened : all) {
            send(opened);
        }
        for (int i = 0; i < all.size(); i++) {
            int turns = i == most + 1 || i == most + 2 ? 3 : 2;
            assertEquals(
                    BlockEncoder.ALONE + turns * DATA.length,
                    joined.recorder(i + 1).size());
        }
    }
}
