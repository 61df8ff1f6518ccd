package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OptionsTest {
    private static final Options NOTHING =
            new Options(false, false, List.of(), Map.of(), false, false, false, false, List.of());

    private static final Options TRANSPARENT =
            new Options(true, true, List.of(), Map.of(), false, false, true, true, List.of(80, 8080));

    private static Options codecs(String... names) {
        return new Options(true, true, List.of(names));
    }

    private static Map<String, Object> row(Options ours, Options theirs, String option) {
        return ours.compared(theirs).stream()
                .filter(row -> row.get("option").equals(option))
                .findFirst()
                .orElseThrow();
    }

    private static void compares(
            Options ours, Options theirs, String option, String we, String they, String used, String why) {
        assertEquals(
                Map.of("option", option, "ours", we, "theirs", they, "in-use", used, "why-not", why),
                row(ours, theirs, option));
    }

    @Test
    void whatIsSentIsReadBack() {
        for (Options options :
                List.of(codecs("a", "b"), codecs(), TRANSPARENT, new Options(false, true, List.of("x")))) {
            assertEquals(options, Options.of(options.pairs()));
        }
    }

    @Test
    void unknownPairsAreIgnored() {
        assertEquals(
                codecs("a"),
                Options.of(Map.of(
                        "mode",
                        "enabled",
                        "compression",
                        "enabled",
                        "compression-codecs",
                        "a",
                        "reuse-connection",
                        "enabled",
                        "teleport",
                        "enabled")));
    }

    @Test
    void whatIsNotMentionedIsNotAllowed() {
        assertEquals(NOTHING, Options.of(Map.of()));
        assertEquals(NOTHING, Options.of(Map.of("mode", "ENABLED", "compression", "")));
    }

    private static Options windows(Map<String, Integer> windows) {
        return codecs("a", "b").withWindows(windows);
    }

    @Test
    void theShorterOfBothWindowsIsUsedAndNoneThatAnEndDoesNotName() {
        Options ours = windows(Map.of("a", 2048, "b", 8192));
        Options theirs = windows(Map.of("a", 4096));
        assertEquals(ours, Options.of(ours.pairs()));
        assertEquals(2 << 20, ours.window(theirs, "a"));
        assertEquals(2 << 20, theirs.window(ours, "a"));
        assertEquals(0, ours.window(theirs, "b"));
        assertEquals(0, ours.window(windows(Map.of("a", -5)), "a"));
        compares(ours, theirs, "window of a", "2048 KB", "4096 KB", "2048 KB", "");
        compares(
                ours,
                theirs,
                "window of b",
                "8192 KB",
                "the codec's own",
                "the codec's own",
                "the peer names no window");
        compares(
                theirs,
                ours,
                "window of b",
                "the codec's own",
                "8192 KB",
                "the codec's own",
                "this end names no window");
    }

    @Test
    void blanksAroundCodecsAreNoCodecs() {
        assertEquals(
                List.of("a", "b"),
                Options.of(Map.of("compression-codecs", "  a   b ")).codecs());
    }

    @Test
    void whatIsNoPortIsLeftOutAndMoreThanAnEndMayHave() {
        assertEquals(
                List.of(1, 80, 65535),
                Options.of(Map.of("transparent-ports", "80 0 65536 1 http -5 99999 80 65535 4294967376"))
                        .ports());
        String many = IntStream.rangeClosed(1, 500).mapToObj(String::valueOf).collect(Collectors.joining(" "));
        assertEquals(
                Options.MOST_PORTS,
                Options.of(Map.of("transparent-ports", many)).ports().size());
    }

    /** The most and longest that may be configured must reach the peer. */
    @Test
    void theMostPortsFitTheirPair() throws ProtocolError {
        List<Integer> ports =
                IntStream.rangeClosed(65536 - Options.MOST_PORTS, 65535).boxed().toList();
        Options options = codecs("a").listening(ports);
        ByteBuffer frame = ByteBuffer.allocate(Protocol.HEADER + Protocol.MOST_PAYLOAD);
        Frames.pairs(frame, FrameType.CAPS, 0, 1, options.pairs());
        frame.flip().position(Protocol.HEADER + 4);
        assertEquals(options, Options.of(Frames.readPairs(frame)));
    }

    @Test
    void transparencyNeedsBothEndsAndAPort() {
        assertTrue(TRANSPARENT.transparent(TRANSPARENT, 8080));
        assertFalse(TRANSPARENT.transparent(TRANSPARENT, 443));
        assertFalse(TRANSPARENT.transparent(codecs(), 80));
        assertFalse(codecs().transparent(TRANSPARENT, 80));
        Options none = TRANSPARENT.listening(List.of());
        assertFalse(TRANSPARENT.transparent(none, 80));
        String row = "port-transparency";
        compares(TRANSPARENT, none, row, "enabled", "enabled", "yes", "");
        compares(none, none, row, "enabled", "enabled", "no", "neither end listens on a further port");
        compares(TRANSPARENT, codecs(), row, "enabled", "disabled", "no", "the peer does not");
    }

    @Test
    void commonCodecsComeInOurOrder() {
        assertEquals(List.of("c", "a"), codecs("c", "b", "a").common(codecs("a", "c", "d")));
    }

    @Test
    void noCodecIsCommonIfEitherEndWantsNoCompression() {
        Options off = new Options(true, false, List.of("a"));
        assertEquals(List.of(), off.common(codecs("a")));
        assertEquals(List.of(), codecs("a").common(off));
    }

    @Test
    void whatBothAllowIsInUse() {
        compares(codecs("a"), codecs("a"), "mode", "enabled", "enabled", "yes", "");
        compares(codecs("a"), codecs("a"), "compression", "enabled", "enabled", "yes", "");
        compares(codecs("a"), codecs("a"), "codec a", "enabled", "enabled", "yes", "");
    }

    @Test
    void whatOneEndDoesNotAllowNamesThatEnd() {
        compares(codecs("a"), codecs(), "codec a", "enabled", "disabled", "no", "the peer does not");
        compares(codecs(), codecs("a"), "codec a", "disabled", "enabled", "no", "this end does not");
        Options off = new Options(false, false, List.of());
        compares(off, off, "mode", "disabled", "disabled", "no", "neither end allows it");
    }

    @Test
    void aCodecThatComesLaterNamesTheOneThatIsUsed() {
        compares(codecs("a", "b"), codecs("b", "a"), "codec b", "enabled", "enabled", "no", "a comes first");
    }

    @Test
    void aCodecThatOnlyWaitsForCompressionSaysSo() {
        Options off = new Options(true, false, List.of("a"));
        compares(codecs("a"), off, "codec a", "enabled", "enabled", "no", "compression is off");
    }

    @Test
    void compressionWithoutACommonCodecIsNotInUse() {
        compares(codecs("a"), codecs("b"), "compression", "enabled", "enabled", "no", "no codec is in common");
    }

    @Test
    void eachCodecIsListedOnce() {
        assertEquals(
                List.of(
                        "mode",
                        "compression",
                        "adaptive-compression",
                        "codec a",
                        "codec b",
                        "compression-context",
                        "deduplication",
                        "reuse-connection",
                        "port-transparency"),
                codecs("a").compared(codecs("b", "a", "b")).stream()
                        .map(row -> row.get("option"))
                        .toList());
    }
}
