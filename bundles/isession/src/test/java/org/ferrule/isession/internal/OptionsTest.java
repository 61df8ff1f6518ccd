package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptionsTest {
    private static final Options NOTHING = new Options(false, false, List.of(), Map.of(), false, false, false);

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
        for (Options options : List.of(codecs("a", "b"), codecs(), new Options(false, true, List.of("x")))) {
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

    @Test
    void blanksAroundCodecsAreNoCodecs() {
        assertEquals(
                List.of("a", "b"),
                Options.of(Map.of("compression-codecs", "  a   b ")).codecs());
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
                        "reuse-connection"),
                codecs("a").compared(codecs("b", "a", "b")).stream()
                        .map(row -> row.get("option"))
                        .toList());
    }
}
