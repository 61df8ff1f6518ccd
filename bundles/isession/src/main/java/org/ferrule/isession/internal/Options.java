package org.ferrule.isession.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an end allows on a tunnel. Each end tells the other; used is what both allow.
 *
 * @param mode whether the tunnel takes flows
 * @param compression whether blocks may be compressed
 * @param codecs the codecs that it wants and has, most wanted first
 */
record Options(boolean mode, boolean compression, List<String> codecs) {
    private static final String MODE = "mode";
    private static final String COMPRESSION = "compression";
    private static final String CODECS = "compression-codecs";

    Map<String, String> pairs() {
        Map<String, String> pairs = new LinkedHashMap<>();
        pairs.put(MODE, word(mode));
        pairs.put(COMPRESSION, word(compression));
        pairs.put(CODECS, String.join(" ", codecs));
        return pairs;
    }

    /** What a peer sent; what it did not mention it does not allow, what is unknown here is ignored. */
    static Options of(Map<String, String> pairs) {
        String codecs = pairs.getOrDefault(CODECS, "").trim();
        return new Options(
                "enabled".equals(pairs.get(MODE)),
                "enabled".equals(pairs.get(COMPRESSION)),
                codecs.isEmpty() ? List.of() : List.of(codecs.split(" +")));
    }

    private static String word(boolean enabled) {
        return enabled ? "enabled" : "disabled";
    }

    /** The codecs that both may use, in this end's order; none if either wants no compression. */
    List<String> common(Options theirs) {
        return compression && theirs.compression
                ? codecs.stream().filter(theirs.codecs::contains).toList()
                : List.of();
    }

    /** Option by option: ours, theirs, in use and why not. */
    List<Map<String, Object>> compared(Options theirs) {
        List<Map<String, Object>> rows = new ArrayList<>();
        rows.add(row(MODE, word(mode), word(theirs.mode), mode && theirs.mode));
        List<String> common = common(theirs);
        boolean compressed = compression && theirs.compression;
        Map<String, Object> compressing =
                row(COMPRESSION, word(compression), word(theirs.compression), compressed && !common.isEmpty());
        if (compressed && common.isEmpty()) {
            compressing.put("why-not", "no codec is in common");
        }
        rows.add(compressing);
        List<String> all = new ArrayList<>(codecs);
        theirs.codecs.stream().filter(codec -> !all.contains(codec)).forEach(all::add);
        for (String codec : all) {
            Map<String, Object> row = row(
                    "codec " + codec,
                    word(codecs.contains(codec)),
                    word(theirs.codecs.contains(codec)),
                    common.contains(codec));
            if (common.contains(codec) && !common.get(0).equals(codec)) {
                row.put("why-not", common.get(0) + " comes first");
                row.put("in-use", "no");
            } else if (codecs.contains(codec) && theirs.codecs.contains(codec) && common.isEmpty()) {
                row.put("why-not", "compression is off");
            }
            rows.add(row);
        }
        return rows;
    }

    private static Map<String, Object> row(String option, String ours, String theirs, boolean used) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("option", option);
        row.put("ours", ours);
        row.put("theirs", theirs);
        row.put("in-use", used ? "yes" : "no");
        String whyNot = "";
        if (!used) {
            boolean both = Arrays.asList(ours, theirs).stream().noneMatch("enabled"::equals);
            whyNot =
                    both ? "neither end allows it" : ours.equals("enabled") ? "the peer does not" : "this end does not";
        }
        row.put("why-not", whyNot);
        return row;
    }
}
