package org.ferrule.compression.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.ferrule.codec.adaptive.Choice;
import org.ferrule.codec.adaptive.FibreChooser.Allowed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdaptiveTest {
    private static final long LENGTH = 24 << 20;
    private static final long MILLISECOND = 1_000_000;
    private static final double[] SLOW = {800, 400, 80};
    private static final double[] FAST = {8, 1, 0.7, 0.4};

    private static final List<Choice> FIXED = List.of(
            Choice.NONE,
            new Choice(Model.ZSTD, 1),
            new Choice(Model.ZSTD, 3),
            new Choice(Model.ZSTD, 6),
            new Choice(Model.LZ4, 1),
            new Choice(Model.DEFLATE, 1),
            new Choice(Model.DEFLATE, 6),
            new Choice(Model.BZIP2, 9));

    private record Kind(String name, LongFunction<Model.Data> stream) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Model.Data changing(long at) {
        Model.Data[] parts = {Model.TEXT, Model.JPEG, Model.JSON, Model.BINARIES, Model.JPEG, Model.TEXT};
        return parts[(int) (at / (4 << 20))];
    }

    private static List<Kind> kinds() {
        return List.of(
                new Kind("text", at -> Model.TEXT),
                new Kind("source", at -> Model.SOURCE),
                new Kind("json", at -> Model.JSON),
                new Kind("binaries", at -> Model.BINARIES),
                new Kind("jpeg", at -> Model.JPEG),
                new Kind("odd", at -> Model.ODD),
                new Kind("changing", AdaptiveTest::changing));
    }

    private static Stream<Arguments> slow() {
        List<Arguments> cases = new ArrayList<>();
        for (Kind kind : kinds()) {
            for (double link : SLOW) {
                cases.add(Arguments.of(kind, link));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest(name = "{0}, {1} ns a byte")
    @MethodSource("slow")
    void aSlowLinkIsUsedAsWellAsByTheBestFixedCodec(Kind kind, double link) {
        double best = FIXED.stream()
                .mapToDouble(choice -> Model.fixed(link, LENGTH, choice, kind.stream()))
                .min()
                .orElseThrow();
        double adaptive = new Model(link).adaptive(LENGTH, kind.stream());
        assertTrue(adaptive <= 1.10 * best, adaptive / best + " times the best");
    }

    /** What was sent before is next to nothing for a long history, and as much as ever in a trial, whose history is young. */
    @Test
    void oneBlockThatWasSentBeforeIsNoReasonToGiveACodecUp() {
        Model model = new Model(8);
        model.adaptive(LENGTH, at -> Model.TEXT);
        long time = 10_000_000_000L;
        for (int i = 0; i < 1024; i++) {
            time += Model.BLOCK * 4L;
            Choice choice = model.flow().next(Model.BLOCK, time);
            Choice trial = model.flow().trial();
            encode(model.flow()::encoded, choice, trial == null ? 1 : 0.01);
            encode(model.flow()::tried, trial, 1);
        }
        for (Candidate candidate : ((Fibre) model.fibre()).candidates()) {
            assertTrue(
                    candidate.strength() < 3,
                    candidate.choice() + " leaves " + candidate.strength() + " times as much");
        }
    }

    @Test
    void aLinkThatGainsThreeHundredthsIsGivenThem() {
        Model model = new Model(20, List.of(new Allowed(Model.ZSTD, 1)));
        model.adaptive(LENGTH, at -> Model.NEXT);
        model.fibre().allow(Model.ALL);
        model.adaptive(4 * LENGTH, at -> Model.NEXT);
        assertEquals(new Choice(Model.ZSTD, 3), model.flow().next(Model.BLOCK, 10_000_000_000L));
    }

    private interface Encoded {
        void tell(Choice choice, int rawBytes, int encodedBytes, long nanos);
    }

    private static void encode(Encoded told, Choice choice, double share) {
        if (choice != null && choice.codec() != null) {
            Model.Figures figures = Model.TEXT.of(choice);
            int encoded = (int) (share * figures.ratio() * Model.BLOCK);
            told.tell(choice, Model.BLOCK, encoded, (long) (figures.cost() * Model.BLOCK));
        }
    }

    /** Trials of what comes that quickly are short ones, and what is left of zeros is a matter of headers. */
    @ParameterizedTest
    @ValueSource(ints = {384, 448, 512, 576, 640, 704, 768})
    void zerosTellLittleOfWhatIsLeftOfPrograms(int period) {
        LongFunction<Model.Data> programs =
                at -> at / Model.BLOCK % period < period - 256 ? Model.BINARIES : Model.ZEROS;
        double best = Model.fixed(800, 2 * LENGTH, new Choice(Model.ZSTD, 6), programs);
        double adaptive = new Model(800).adaptive(2 * LENGTH, programs);
        assertTrue(adaptive <= 1.03 * best, adaptive / best + " times the best");
    }

    private static Stream<Arguments> fast() {
        List<Arguments> cases = new ArrayList<>();
        for (Kind kind : kinds()) {
            for (double link : FAST) {
                cases.add(Arguments.of(kind, link));
            }
        }
        return cases.stream();
    }

    /** What is spent while the link is not known yet is spent once: the second transfer counts. */
    @ParameterizedTest(name = "{0}, {1} ns a byte")
    @MethodSource("fast")
    void onAFastLinkNoFixedCodecIsQuickerNorNone(Kind kind, double link) {
        Model model = new Model(link);
        model.adaptive(LENGTH, kind.stream());
        double second = model.adaptive(LENGTH, kind.stream());
        double best = FIXED.stream()
                .mapToDouble(choice -> Model.fixed(link, LENGTH, choice, kind.stream()))
                .min()
                .orElseThrow();
        assertTrue(second <= 1.10 * best, second / best + " times the best");
        double none = Model.fixed(link, LENGTH, Choice.NONE, kind.stream());
        assertTrue(second <= 1.03 * none, second / none + " times none");
    }

    @Test
    void theDecisionTellsWhatHoldsTheFibreUpAndWhy() {
        Model model = new Model(800);
        assertEquals("no data was sent yet", model.fibre().decision().reason());
        model.adaptive(LENGTH, at -> Model.TEXT);
        assertEquals("zstd level 6", model.fibre().decision().choice());
        assertEquals("link", model.fibre().decision().bottleneck());
        assertTrue(
                model.fibre()
                        .decision()
                        .reason()
                        .matches("the link takes 1\\.3 MB/s, data comes at \\d+\\.\\d MB/s;"
                                + " zstd level 6 leaves 30 % of the data and takes 12\\.0 ns a byte,"
                                + " which takes 12\\.9 with all else"),
                model.fibre().decision().reason());
    }

    @Test
    void whereTheProcessorHoldsTheFibreUpNoneIsChosen() {
        Model model = new Model(0.4);
        model.adaptive(LENGTH, at -> Model.TEXT);
        assertEquals("none", model.fibre().decision().choice());
        assertEquals("processor", model.fibre().decision().bottleneck());
    }

    @Test
    void withoutACodecThereIsNone() {
        Model model = new Model(800, List.of());
        assertSame(Choice.NONE, model.flow().next(Model.BLOCK, 0));
        assertNull(model.flow().trial());
    }

    @Test
    void aCodecThatGoesIsNotChosenAnyMore() {
        Model model = new Model(800);
        assertEquals(Model.ZSTD, model.flow().next(Model.BLOCK, 0).codec());
        model.fibre().allow(List.of(new Allowed(Model.LZ4, 1)));
        assertEquals(new Choice(Model.LZ4, 1), model.flow().next(Model.BLOCK, 0));
    }

    @Test
    void noLevelAboveTheHighestAllowedIsChosenOrTried() {
        Model model = new Model(800, List.of(new Allowed(Model.ZSTD, 3)));
        model.adaptive(LENGTH, at -> {
            assertNotEquals(6, model.flow().next(Model.BLOCK, 0).level());
            assertTrue(model.flow().trial() == null || model.flow().trial().level() <= 3);
            return Model.TEXT;
        });
        assertEquals("zstd level 3", model.fibre().decision().choice());
    }

    /** Little data, on a link that holds nothing up, is made smaller as long as that is not felt. */
    @Test
    void aSourceThatIsSlowItselfIsCompressed() {
        Model model = new Model(0.4);
        long now = 0;
        for (int i = 0; i < 3000; i++) {
            Choice choice = model.flow().next(Model.BLOCK, now);
            model.flow().encoded(choice, Model.BLOCK, Model.BLOCK / 3, 4 * Model.BLOCK);
            now += 1_000_000;
        }
        assertEquals(Model.ZSTD, model.flow().next(Model.BLOCK, now).codec());
        assertEquals("nothing", model.fibre().decision().bottleneck());
    }

    @Test
    void onALinkThatIsKnownToBeSlowAFlowBeginsWithTheHighestLevelOfTheCodecThatIsWanted() {
        Model model = new Model(800);
        model.fibre().link(800);
        assertEquals(new Choice(Model.ZSTD, 6), model.flow().next(Model.BLOCK, 0));
    }

    @Test
    void whatOneFibreFoundToTakeTooLongNoOtherTriesAgain() {
        AdaptiveService service = new AdaptiveService();
        Choice bzip2 = new Choice(Model.BZIP2, 9);
        Model first = new Model(20, Model.ALL, service);
        first.adaptive(32 << 20, at -> Model.TEXT);
        assertTrue(first.tried().contains(bzip2), "it has to be found out once: " + first.tried());
        Model second = new Model(20, Model.ALL, service);
        second.adaptive(32 << 20, at -> Model.TEXT);
        assertFalse(second.tried().contains(bzip2), "it takes 90 ns a byte: " + second.tried());
    }

    /** On a link that leaves time for zstd's level 3, and not for more. */
    private static Model settled() {
        Model model = new Model(25);
        model.adaptive(LENGTH, at -> Model.TEXT);
        assertEquals("zstd level 3", model.fibre().decision().choice());
        return model;
    }

    private static String goOn(Model model, int blocks) {
        return goOn(model, blocks, Model.BLOCK);
    }

    private static String goOn(Model model, int blocks, int size) {
        for (int i = 0; i < blocks; i++) {
            Choice choice = model.flow().next(size, i * MILLISECOND);
            Model.Figures figures = Model.TEXT.of(choice);
            model.flow().encoded(choice, size, (int) (figures.ratio() * size), (long) (figures.cost() * size));
        }
        return model.fibre().decision().choice();
    }

    @Test
    void aBlockOfSeveralTimesTheUsualSizeCountsAsSoMany() {
        Model model = settled();
        model.fibre().link(8);
        assertEquals("zstd level 3", goOn(model, 12, 4 * Model.BLOCK));
        model.fibre().link(25);
        assertEquals("zstd level 3", goOn(model, 12, 4 * Model.BLOCK));
        model.fibre().link(8);
        assertEquals("zstd level 1", goOn(model, 24, 4 * Model.BLOCK));
    }

    /** Of large blocks, too, several have to be seen before a codec is known, and no more than a few of one that is slow. */
    @Test
    void aTrialOfLargeBlocksIsOfSeveral() {
        Model model = settled();
        int size = 4 * Model.BLOCK;
        List<Choice> trials = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            Choice choice = model.flow().next(size, i);
            Choice trial = model.flow().trial();
            Model.Figures figures = Model.TEXT.of(choice);
            model.flow().encoded(choice, size, (int) (figures.ratio() * size), (long) (figures.cost() * size));
            if (trial != null) {
                Model.Figures tried = Model.TEXT.of(trial);
                model.flow().tried(trial, size, (int) (tried.ratio() * size), (long) (tried.cost() * size));
                trials.add(trial);
            }
        }
        Choice fast = new Choice(Model.LZ4, 1);
        Choice slow = new Choice(Model.ZSTD, 6);
        int runs = 0;
        for (int i = 0; i < trials.size(); ) {
            int end = i;
            while (end < trials.size() && trials.get(end).equals(trials.get(i))) {
                end++;
            }
            int blocks = end - i;
            runs++;
            if (trials.get(i).equals(fast)) {
                assertEquals(4, blocks);
            } else if (trials.get(i).equals(slow)) {
                assertEquals(3, blocks);
            }
            i = end;
        }
        assertTrue(runs > 3, trials.toString());
    }

    @Test
    void aLinkThatIsAnotherOneForAMomentChangesNothing() {
        Model model = settled();
        model.fibre().link(8);
        assertEquals("zstd level 3", goOn(model, 48));
        model.fibre().link(25);
        assertEquals("zstd level 3", goOn(model, 48));
        model.fibre().link(8);
        assertEquals("zstd level 1", goOn(model, 96));
    }

    @Test
    void whereOthersHaveTheProcessorACheaperLevelIsChosen() {
        Model model = settled();
        model.fibre().processor(0.5, 0);
        assertEquals("zstd level 1", goOn(model, 96));
    }

    /** Compilers have the processor in a new process, and whatever is measured then takes three times as long. */
    @Test
    void aLevelThatWasTooSlowAtFirstIsFoundAgain() {
        Model model = new Model(50);
        model.adaptive(LENGTH / 4, at -> Model.COLD);
        assertNotEquals(new Choice(Model.ZSTD, 6), model.flow().next(Model.BLOCK, 0));
        model.adaptive(8 * LENGTH, at -> Model.TEXT);
        assertEquals("zstd level 6", model.fibre().decision().choice());
    }

    @Test
    void whatDeduplicationTakesIsReckonedWith() {
        Model model = settled();
        model.fibre().processor(1, 8);
        assertEquals("zstd level 1", goOn(model, 96));
    }

    @Test
    void onAFastLinkItBeginsWithTheCodecsOwnLevel() {
        Model model = new Model(8);
        assertEquals(new Choice(Model.ZSTD, 3), model.flow().next(Model.BLOCK, 0));
    }
}
