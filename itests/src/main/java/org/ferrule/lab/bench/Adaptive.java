package org.ferrule.lab.bench;

import com.github.luben.zstd.Zstd;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.ferrule.lab.SitePlan;
import org.ferrule.lab.Sites;
import org.ferrule.lab.Tmsh;

/**
 * Adaptive compression beside each fixed codec and beside none, over links that carry a set rate and over loopback, for
 * each kind of data and for a stream that changes from one kind to the other.
 */
public final class Adaptive {
    private static final String CHANGING = "changing";
    private static final int PART = 1 << 20;

    /** Bytes of each kind at most. */
    private static final int MOST = 48 << 20;

    /** How often fast links carry them: they take a second for what a slow one takes a minute for. */
    private static final int TIMES = 4;

    private static final int LOOPBACK_TIMES = 10;

    /** How long a slow link is busy with what a middling codec leaves: shorter fetches are over before it is known. */
    private static final double SECONDS = 4;

    /** The same without compression, which needs no such time. */
    private static final double PLAIN_SECONDS = 2;

    private static final int SAMPLE = 4 << 20;

    private static final double SLOWER = 1.10;
    private static final double LOOPBACK = 0.9;
    private static final int ROUNDS = 3;

    private static final List<String> FIXED =
            List.of("zstd 1", "zstd 3", "zstd 6", "lz4 1", "deflate 1", "deflate 6", "lzo 1", "bzip2 9");

    private final Tmsh dc;
    private final Tmsh branch;
    private final Set<String> said = new HashSet<>();

    private Adaptive(Tmsh dc, Tmsh branch) {
        this.dc = dc;
        this.branch = branch;
    }

    /** Usage: {@code bench/adaptive [--only TEXT] [--json FILE]}, of parts that are named as "10mbit source". */
    public static void main(String[] args) throws IOException {
        Bench.inParts("adaptive", args, new String[] {}, Adaptive::measure);
    }

    private record Link(String name, double megabits) {
        double bytesPerSecond() {
            return megabits == 0 ? Double.POSITIVE_INFINITY : megabits * 1e6 / 8;
        }

        /** What to fetch that a codec leaves such a share of. */
        int bytes(double share, double seconds) {
            return megabits == 0
                    ? LOOPBACK_TIMES * MOST
                    : (int) Math.min(fast() ? TIMES * MOST : MOST, seconds * bytesPerSecond() / share);
        }

        boolean fast() {
            return megabits >= 1000;
        }
    }

    private static List<Result> measure(Tools tools, Path folder, Predicate<String> wanted) throws IOException {
        List<String> plain = new ArrayList<>(WanContent.KINDS);
        plain.add(WanContent.JPEG);
        Map<String, byte[]> kinds = new LinkedHashMap<>(WanContent.make(folder, plain, MOST));
        kinds.put(CHANGING, changing(kinds.values()));
        List<String> names = List.copyOf(kinds.keySet());
        List<Link> links = List.of(
                new Link("10mbit", 10), new Link("100mbit", 100), new Link("1gbit", 1000), new Link("loopback", 0));
        List<Result> results = new ArrayList<>();
        try (Source source = new Source(Sites.ORIGIN, List.copyOf(kinds.values()));
                Sites sites = Sites.onFreePorts(folder).start()) {
            sites.configure(command -> {});
            try (Tmsh dc = sites.dc().ssh();
                    Tmsh branch = sites.branch().ssh()) {
                Adaptive bench = new Adaptive(dc, branch);
                for (Link link : links) {
                    if (names.stream().noneMatch(kind -> wanted.test(link.name() + " " + kind))) {
                        continue;
                    }
                    try (SlowLink slow = new SlowLink("127.0.21.1", sites.tunnel(), link.bytesPerSecond())) {
                        InetSocketAddress web = Relay.address(Sites.BRANCH);
                        bench.connect(link, slow, web, source.address());
                        sites.awaitTunnel(true);
                        for (int i = 0; i < names.size(); i++) {
                            if (wanted.test(link.name() + " " + names.get(i))) {
                                results.addAll(bench.of(link, web, names.get(i), i, kinds.get(names.get(i))));
                            }
                        }
                    }
                }
            }
        }
        return results;
    }

    /** A piece of each kind, over and over. */
    private static byte[] changing(Iterable<byte[]> kinds) {
        byte[] mixed = new byte[MOST];
        int at = 0;
        for (int round = 0; at < MOST; round++) {
            for (byte[] kind : kinds) {
                int from = round * PART % (kind.length - PART);
                System.arraycopy(kind, from, mixed, at, Math.min(PART, MOST - at));
                at = Math.min(MOST, at + PART);
            }
        }
        return mixed;
    }

    private void connect(Link link, SlowLink slow, InetSocketAddress web, InetSocketAddress source) {
        dc.must("create ltm pool " + link.name() + " members add { " + SitePlan.member(source) + " }");
        dc.must("create ltm virtual " + link.name() + " destination " + SitePlan.member(web)
                + " vlans-enabled vlans add { isession } pool " + link.name());
        branch.must("create ltm pool " + link.name() + " members add { " + SitePlan.member(slow.address()) + " }");
        branch.must("create wom profile isession " + link.name() + " endpoint-pool " + link.name());
        branch.must("create ltm virtual " + link.name() + " destination " + SitePlan.member(web) + " profiles add { "
                + link.name() + " { context serverside } }");
    }

    private List<Result> of(Link link, InetSocketAddress web, String kind, int index, byte[] content) {
        byte[] sample = Arrays.copyOf(content, SAMPLE);
        double share = (double) Zstd.compress(sample, 3).length / sample.length;
        int bytes = link.bytes(share, SECONDS);
        int plain = Math.min(link.bytes(1, PLAIN_SECONDS), bytes);
        // A codec's speed is that of code which has run for a while; what is fetched again would cost none of them
        // anything.
        set(
                "deduplication disabled adaptive-compression enabled compression enabled compression-codecs replace-all-with { zstd lz4 deflate lzo bzip2 }");
        Source.fetch(web, index, content, bytes);
        double none = Double.MAX_VALUE;
        double adaptive = Double.MAX_VALUE;
        Map<String, Double> fixed = new LinkedHashMap<>();
        String decided = "";
        int rounds = link.megabits() == 10 ? 1 : ROUNDS;
        for (int round = 0; round < rounds; round++) {
            set("adaptive-compression enabled");
            adaptive = Math.min(adaptive, Source.fetch(web, index, content, bytes));
            decided = decision();
            set("compression disabled");
            none = Math.min(none, Source.fetch(web, index, content, plain));
            for (String codec : compared(link)) {
                String[] words = codec.split(" ");
                set("compression enabled adaptive-compression disabled compression-codecs replace-all-with { "
                        + words[0] + " }"
                        + (words[0].equals("lzo") ? "" : " " + words[0] + "-compression-level " + words[1]));
                fixed.merge(codec, Source.fetch(web, index, content, bytes), Math::min);
            }
            set("adaptive-compression enabled compression-codecs replace-all-with { zstd lz4 deflate lzo bzip2 }"
                    + " zstd-compression-level 6 deflate-compression-level 6");
        }
        System.out.printf(
                "%s, %s: %.1f MB; adaptive %.3f s; fixed %s; none %.1f MB in %.3f s; %s%n",
                link.name(), kind, bytes / 1e6, adaptive, fixed, plain / 1e6, none, decided);
        String metric = link.name() + " " + kind + ", MB/s";
        double ours = bytes / 1e6 / adaptive;
        List<Result> results = new ArrayList<>();
        results.add(Result.of(metric, ours, "none", plain / 1e6 / none, LOOPBACK));
        if (!fixed.isEmpty()) {
            String best = Collections.min(fixed.entrySet(), Map.Entry.comparingByValue())
                    .getKey();
            results.add(Result.of(metric, ours, best, bytes / 1e6 / fixed.get(best), 1 / SLOWER));
        }
        return results;
    }

    /** Over loopback no codec is the one to beat, and on a fast link bzip2, which takes minutes, is none. */
    private static List<String> compared(Link link) {
        return link.megabits() == 0
                ? List.of()
                : FIXED.stream()
                        .filter(codec -> !link.fast() || !codec.startsWith("bzip2"))
                        .toList();
    }

    /** At both ends: what is fetched is compressed by the far one. */
    private void set(String properties) {
        dc.must("modify wom profile isession isession " + properties);
        branch.must("modify wom profile isession isession " + properties);
    }

    /** What the far end chose for the last flow. */
    private String decision() {
        for (JsonElement profile : dc.json("show wom profile isession").getAsJsonArray()) {
            for (JsonElement choice : profile.getAsJsonObject().getAsJsonArray("choices")) {
                String reason = choice.getAsJsonObject().get("reason").getAsString();
                if (!reason.startsWith("no data") && said.add(reason)) {
                    return reason;
                }
            }
        }
        return "";
    }
}
