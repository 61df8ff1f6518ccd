package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.ferrule.isession.internal.FuzzRig.Cut;
import org.ferrule.isession.internal.FuzzRig.End;
import org.ferrule.isession.internal.FuzzRig.Outcome;
import org.ferrule.isession.internal.FuzzRig.Play;
import org.ferrule.isession.internal.FuzzRig.Reader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Peers that say anything at all: the conversations of the corpus, and what {@link Mutator} makes of them. The property
 * {@code fuzz.frames} says how many frames, {@code fuzz.seed} which ones.
 */
class ProtocolFuzzTest {
    private static final long FRAMES = Long.getLong("fuzz.frames", 60_000);
    private static final long SEED = Long.getLong("fuzz.seed", 1);
    private static final int PLAYS_OF_A_RIG = 200;
    private static final Cut WHOLE = left -> left;
    private static final List<Conversation> CORPUS = Conversation.corpus();

    static Stream<Conversation> corpus() {
        return CORPUS.stream();
    }

    private static Play quiet(boolean dialled) {
        return new Play(dialled, Reader.READS, End.RESET, false, 1);
    }

    private static Cut at(int split) {
        return new Cut() {
            private boolean first = true;

            @Override
            public int next(int left) {
                int size = first ? split : left;
                first = false;
                return size;
            }
        };
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void aConversationEndsAsItMustHoweverReadsAreSplit(Conversation conversation) {
        for (boolean dialled : new boolean[] {true, false}) {
            FuzzRig rig = new FuzzRig(1L << 30);
            byte[] bytes = (dialled ? conversation : conversation.byDialler()).encode();
            Outcome whole = rig.play(bytes, quiet(dialled), WHOLE);
            assertEquals(conversation.ends(), whole.ends());
            assertEquals(whole, rig.play(bytes, quiet(dialled), left -> 1));
            assertEquals(whole, rig.play(bytes, quiet(dialled), left -> 7));
            int step = 1 + bytes.length / 500;
            for (int split = 1; split < bytes.length; split += step) {
                assertEquals(whole, rig.play(bytes, quiet(dialled), at(split)), "split at " + split);
            }
        }
    }

    @Test
    void whatAFailurePrintsCanBeKept() {
        for (Conversation conversation : CORPUS) {
            assertArrayEquals(
                    conversation.encode(),
                    Conversation.parse("", conversation.text()).encode());
        }
    }

    @Test
    void nothingThatAPeerSaysDoesHarm() {
        FuzzRig rig = null;
        long frames = 0;
        for (long i = 0; frames < FRAMES; i++) {
            long seed = SEED * 1_000_000_007L + i;
            Random random = new Random(seed);
            if (i % PLAYS_OF_A_RIG == 0) {
                rig = new FuzzRig(random.nextBoolean() ? 1L << 30 : 1L << 19);
            }
            Conversation mutant = new Mutator(CORPUS, random).next();
            frames += mutant.frames();
            play(rig, mutant, random, seed);
        }
    }

    private static void play(FuzzRig rig, Conversation mutant, Random random, long seed) {
        Reader[] readers = Reader.values();
        End[] ends = End.values();
        Play play = new Play(
                random.nextBoolean(),
                readers[random.nextInt(readers.length)],
                ends[random.nextInt(ends.length)],
                random.nextInt(4) == 0,
                seed);
        byte[] bytes = (play.dialled() ? mutant : mutant.byDialler()).encode();
        try {
            Outcome whole = rig.play(bytes, play, random.nextInt(8) == 0 ? WHOLE : cut(random, bytes.length));
            if (!play.busy() && play.reader() == Reader.READS && random.nextInt(4) == 0) {
                assertEquals(
                        whole.ends(),
                        rig.play(bytes, play, cut(random, bytes.length)).ends(),
                        "split otherwise");
            }
        } catch (RuntimeException | Error e) {
            throw new AssertionError("seed " + seed + ", " + play + ": " + e + "\n" + mutant.text(), e);
        }
    }

    private static Cut cut(Random random, int length) {
        if (length < 400 && random.nextInt(6) == 0) {
            return left -> 1;
        }
        int most = 1 + random.nextInt(1 + length / 2);
        return left -> 1 + random.nextInt(most);
    }
}
