package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ferrule.codec.adaptive.Choice;
import org.junit.jupiter.api.Test;

/** Every combination of what two ends may allow: what is used is what both do, and it is shown so. */
class NegotiationTableTest {
    private static final List<List<String>> CODECS = List.of(
            List.of(), List.of("first"), List.of("second"), List.of("first", "second"), List.of("second", "first"));
    private static final byte[] DATA = Bytes.same(5000, 7);

    private static List<Options> all() {
        List<Options> all = new ArrayList<>();
        for (int bits = 0; bits < 64; bits++) {
            for (List<String> codecs : CODECS) {
                all.add(new Options(
                        (bits & 1) != 0,
                        (bits & 2) != 0,
                        codecs,
                        Map.of("first", 2 + bits % 3, "second", 4),
                        (bits & 4) != 0,
                        (bits & 8) != 0,
                        (bits & 16) != 0,
                        (bits & 32) != 0,
                        bits % 3 == 0 ? List.of() : List.of(80, 8080)));
            }
        }
        return all;
    }

    private static Joined joined(Options near, Options far, FakeCodec first, FakeCodec second) {
        Joined joined = new Joined(near, far);
        for (FakeOwner owner : List.of(joined.nearOwner, joined.farOwner)) {
            owner.codecs.put("first", first);
            owner.codecs.put("second", second);
        }
        return joined.greet();
    }

    /** What the table says: the first of ours that is theirs, at the lower level. */
    private static String expected(Options ours, Options theirs) {
        return !ours.compression() || !theirs.compression()
                ? "none"
                : ours.codecs().stream()
                        .filter(theirs.codecs()::contains)
                        .findFirst()
                        .map(codec -> codec + " level "
                                + Math.min(
                                        ours.levels().get(codec),
                                        theirs.levels().get(codec)))
                        .orElse("none");
    }

    /** Of each end's 320 combinations every one meets twelve others, drawn anew for each. */
    @Test
    void everyCombinationUsesWhatBothEndsAllow() {
        FakeCodec first = new FakeCodec("first");
        FakeCodec second = new FakeCodec("second");
        Random random = new Random(1);
        List<Options> all = all();
        for (Options near : all) {
            for (int i = 0; i < 12; i++) {
                Options far = all.get(random.nextInt(all.size()));
                Joined joined = joined(near, far, first, second);
                check(joined.near, near, far);
                check(joined.far, far, near);
            }
        }
    }

    private static void check(Fibre fibre, Options ours, Options theirs) {
        String pair = ours + " / " + theirs;
        assertEquals(expected(ours, theirs), fibre.negotiation().fixed().toString(), pair);
        assertEquals(
                ours.sharedContext() && theirs.sharedContext(),
                fibre.negotiation().sharesHistory(),
                pair);
        Map<String, Map<String, Object>> shown = new java.util.HashMap<>();
        fibre.ours().compared(fibre.theirs()).forEach(row -> shown.put((String) row.get("option"), row));
        assertEquals(yes(ours.mode() && theirs.mode()), shown.get("mode").get("in-use"), pair);
        assertEquals(
                yes(ours.reuse() && theirs.reuse()),
                shown.get("reuse-connection").get("in-use"),
                pair);
        boolean listens = !ours.ports().isEmpty() || !theirs.ports().isEmpty();
        assertEquals(
                yes(ours.transparency() && theirs.transparency() && listens),
                shown.get("port-transparency").get("in-use"),
                pair);
        assertEquals(
                fibre.negotiation().sharesHistory() ? "fibre" : "flow",
                shown.get("compression-context").get("in-use"),
                pair);
        boolean compresses = fibre.negotiation().fixed() != Choice.NONE;
        assertEquals(yes(compresses), shown.get("compression").get("in-use"), pair);
        assertEquals(
                yes(compresses && ours.adaptive() && theirs.adaptive()),
                shown.get("adaptive-compression").get("in-use"),
                pair);
        shown.values()
                .forEach(row -> assertEquals(
                        row.get("in-use").equals("no"),
                        !row.get("why-not").equals("") && !row.get("option").equals("compression-context"),
                        () -> row + " of " + pair));
    }

    private static String yes(boolean used) {
        return used ? "yes" : "no";
    }

    /** Both ends change what they allow, at any moment and again and again: no byte is lost or wrong. */
    @Property(tries = 60)
    void whileOptionsChangeEveryByteArrives(@ForAll long seed) {
        Random random = new Random(seed);
        List<Options> all = all().stream().filter(Options::mode).toList();
        Joined joined = joined(
                all.get(random.nextInt(all.size())),
                all.get(random.nextInt(all.size())),
                new FakeCodec("first"),
                new FakeCodec("second"));
        joined.nearStream.chunk(1 + random.nextInt(9000));
        List<Opened> flows = Stream.generate(joined::open).limit(5).toList();
        int[] sent = new int[flows.size()];
        for (int i = 0; i < 60; i++) {
            int flow = random.nextInt(flows.size());
            flows.get(flow).write(DATA);
            sent[flow] += DATA.length;
            if (random.nextInt(3) == 0) {
                Fibre changes = random.nextBoolean() ? joined.near : joined.far;
                changes.options(all.get(random.nextInt(all.size())));
            }
            if (random.nextBoolean()) {
                joined.loop.run();
            }
        }
        joined.loop.run();
        assertFalse(joined.near.ended() || joined.far.ended());
        for (int i = 0; i < sent.length; i++) {
            assertEquals(sent[i], joined.recorder(i).size());
        }
    }
}
