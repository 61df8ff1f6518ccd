package org.ferrule.isession.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.ferrule.codec.Codec;

/**
 * What an end allows on a tunnel. Each end tells the other; used is what both allow.
 *
 * @param mode whether the tunnel takes flows
 * @param compression whether blocks may be compressed
 * @param codecs the codecs that it wants and has, most wanted first
 * @param levels the highest level of each codec that it wants; one that is missing has no limit
 * @param windows the longest window in KB of each codec that it wants; one that is missing has the codec's own
 * @param adaptive whether codec and level may be chosen block by block
 * @param sharedContext whether the flows of a fibre share one history
 * @param reuse whether a fibre serves one flow after the other
 * @param transparency whether flows may use fibres to the port that their clients called
 * @param ports where this end listens for fibres besides the tunnel port
 * @param dictionary what is de-duplicated, and with what
 */
record Options(
        boolean mode,
        boolean compression,
        List<String> codecs,
        Map<String, Integer> levels,
        Map<String, Integer> windows,
        boolean adaptive,
        boolean sharedContext,
        boolean reuse,
        boolean transparency,
        List<Integer> ports,
        DictionaryOption dictionary) {
    /** The most further ports that an end may listen on: told, they fit one value. */
    static final int MOST_PORTS = 128;

    /** Two to the power of this. */
    private static final int KILO = 10;

    private static final String MODE = "mode";
    private static final String COMPRESSION = "compression";
    private static final String CODECS = "compression-codecs";
    private static final String LEVELS = "compression-levels";
    private static final String WINDOWS = "compression-windows";
    private static final String ADAPTIVE = "adaptive-compression";
    private static final String CONTEXT = "compression-context";
    private static final String REUSE = "reuse-connection";
    private static final String TRANSPARENCY = "port-transparency";
    private static final String PORTS = "transparent-ports";
    private static final String FIBRE = "fibre";
    private static final String FLOW = "flow";

    /** Nothing at all. */
    static final Options NONE = new Options(false, false, List.of());

    /** Codecs as they come, and fibres that serve one flow after the other. */
    Options(boolean mode, boolean compression, List<String> codecs) {
        this(mode, compression, codecs, Map.of(), false, false, true, false, List.of());
    }

    /** Without de-duplication, and with the codecs' own windows. */
    Options(
            boolean mode,
            boolean compression,
            List<String> codecs,
            Map<String, Integer> levels,
            boolean adaptive,
            boolean sharedContext,
            boolean reuse,
            boolean transparency,
            List<Integer> ports) {
        this(
                mode,
                compression,
                codecs,
                levels,
                Map.of(),
                adaptive,
                sharedContext,
                reuse,
                transparency,
                ports,
                DictionaryOption.NONE);
    }

    /** The same with a dictionary, or with why there is none. */
    Options with(DictionaryOption next) {
        return new Options(
                mode, compression, codecs, levels, windows, adaptive, sharedContext, reuse, transparency, ports, next);
    }

    /** The same, kept to the codecs that are there; one without a level of its own has its default. */
    Options with(Map<String, Codec> there) {
        Map<String, Integer> limits = new HashMap<>();
        Map<String, Integer> reaches = new HashMap<>();
        there.forEach((name, codec) -> {
            limits.put(name, levels.getOrDefault(name, codec.defaultLevel()));
            if (codec.maxWindow() > 0 && windows.containsKey(name)) {
                reaches.put(name, Math.min(windows.get(name), codec.maxWindow() >> KILO));
            }
        });
        return new Options(
                mode,
                compression,
                List.copyOf(there.keySet()),
                Map.copyOf(limits),
                Map.copyOf(reaches),
                adaptive,
                sharedContext,
                reuse,
                transparency,
                ports,
                dictionary);
    }

    /** The same with these windows. */
    Options withWindows(Map<String, Integer> next) {
        return new Options(
                mode,
                compression,
                codecs,
                levels,
                next,
                adaptive,
                sharedContext,
                reuse,
                transparency,
                ports,
                dictionary);
    }

    /** The same for an end that listens on these further ports. */
    Options listening(List<Integer> further) {
        return new Options(
                mode,
                compression,
                codecs,
                levels,
                windows,
                adaptive,
                sharedContext,
                reuse,
                transparency,
                List.copyOf(further),
                dictionary);
    }

    Map<String, String> pairs() {
        Map<String, String> pairs = new LinkedHashMap<>();
        pairs.put(MODE, word(mode));
        pairs.put(COMPRESSION, word(compression));
        pairs.put(CODECS, String.join(" ", codecs));
        pairs.put(LEVELS, each(levels));
        if (!windows.isEmpty()) {
            pairs.put(WINDOWS, each(windows));
        }
        pairs.put(ADAPTIVE, word(adaptive));
        pairs.put(CONTEXT, context(sharedContext));
        pairs.put(REUSE, word(reuse));
        pairs.put(TRANSPARENCY, word(transparency));
        pairs.put(PORTS, ports.stream().map(String::valueOf).collect(Collectors.joining(" ")));
        dictionary.put(pairs);
        return pairs;
    }

    private String each(Map<String, Integer> limits) {
        return codecs.stream()
                .filter(limits::containsKey)
                .map(codec -> codec + "=" + limits.get(codec))
                .collect(Collectors.joining(" "));
    }

    /** What a peer sent; what it did not mention it does not allow, what is unknown here is ignored. */
    static Options of(Map<String, String> pairs) {
        return new Options(
                enabled(pairs, MODE),
                enabled(pairs, COMPRESSION),
                words(pairs.get(CODECS)),
                limits(words(pairs.get(LEVELS))),
                limits(words(pairs.get(WINDOWS))),
                enabled(pairs, ADAPTIVE),
                FIBRE.equals(pairs.get(CONTEXT)),
                enabled(pairs, REUSE),
                enabled(pairs, TRANSPARENCY),
                ports(words(pairs.get(PORTS))),
                DictionaryOption.of(pairs));
    }

    private static boolean enabled(Map<String, String> pairs, String option) {
        return "enabled".equals(pairs.get(option));
    }

    private static List<String> words(String text) {
        return text == null || text.isBlank() ? List.of() : List.of(text.trim().split(" +"));
    }

    /** What is no number is left out, as if it was not mentioned. */
    private static Map<String, Integer> limits(List<String> words) {
        Map<String, Integer> limits = new HashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            String limit = word.substring(equals + 1);
            if (equals > 0 && limit.matches("-?[0-9]{1,4}")) {
                limits.put(word.substring(0, equals), Integer.valueOf(limit));
            }
        }
        return Map.copyOf(limits);
    }

    /** What is no port is left out, and so are more than an end may have. */
    private static List<Integer> ports(List<String> words) {
        TreeSet<Integer> ports = new TreeSet<>();
        for (String word : words) {
            if (ports.size() < MOST_PORTS && word.matches("[0-9]{1,5}")) {
                int port = Integer.parseInt(word);
                if (port >= 1 && port <= 65535) {
                    ports.add(port);
                }
            }
        }
        return List.copyOf(ports);
    }

    private static String word(boolean enabled) {
        return enabled ? "enabled" : "disabled";
    }

    private static String context(boolean shared) {
        return shared ? FIBRE : FLOW;
    }

    /** The codecs that both may use, in this end's order; none if either wants no compression. */
    List<String> common(Options theirs) {
        return compression && theirs.compression
                ? codecs.stream().filter(theirs.codecs::contains).toList()
                : List.of();
    }

    /** The highest level of a codec that both allow; {@link Integer#MAX_VALUE} if neither has a limit. */
    int level(Options theirs, String codec) {
        return Math.min(
                levels.getOrDefault(codec, Integer.MAX_VALUE), theirs.levels.getOrDefault(codec, Integer.MAX_VALUE));
    }

    /** The longest window in bytes of a codec that both allow; 0: the codec's own. */
    int window(Options theirs, String codec) {
        int least = Math.min(windows.getOrDefault(codec, 0), theirs.windows.getOrDefault(codec, 0));
        return Math.max(0, least) << KILO;
    }

    /** Whether flows to this port may use a fibre of their own to it. */
    boolean transparent(Options theirs, int port) {
        return transparency && theirs.transparency && theirs.ports.contains(port);
    }

    // ---- for people

    /** Option by option: ours, theirs, in use and why not. */
    List<Map<String, Object>> compared(Options theirs) {
        List<String> common = common(theirs);
        List<Map<String, Object>> rows = new ArrayList<>();
        rows.add(row(MODE, mode, theirs.mode));
        Map<String, Object> compressing = row(COMPRESSION, compression, theirs.compression);
        rows.add(compressing);
        if (compression && theirs.compression && common.isEmpty()) {
            unused(compressing, "no codec is in common");
        }
        Map<String, Object> choosing = row(ADAPTIVE, adaptive, theirs.adaptive);
        boolean chooses = adaptive && theirs.adaptive;
        if (chooses && common.isEmpty()) {
            unused(choosing, "nothing is compressed");
        }
        rows.add(choosing);
        List<String> all = new ArrayList<>(codecs);
        theirs.codecs.stream().filter(codec -> !all.contains(codec)).forEach(all::add);
        all.forEach(codec -> {
            rows.add(codec(codec, theirs, common, chooses));
            if (common.contains(codec) && (windows.containsKey(codec) || theirs.windows.containsKey(codec))) {
                rows.add(window(codec, theirs));
            }
        });
        boolean shared = sharedContext && theirs.sharedContext;
        rows.add(row(
                CONTEXT,
                context(sharedContext),
                context(theirs.sharedContext),
                context(shared),
                sharedContext == theirs.sharedContext ? "" : "fibre needs both ends"));
        String why = dictionary.whyNot(theirs.dictionary);
        rows.add(row(
                DictionaryOption.NAME,
                word(dictionary.wanted()),
                word(theirs.dictionary.wanted()),
                why.isEmpty() ? "yes" : "no",
                why));
        rows.add(row(REUSE, reuse, theirs.reuse));
        Map<String, Object> transparent = row(TRANSPARENCY, transparency, theirs.transparency);
        rows.add(transparent);
        if (transparency && theirs.transparency && ports.isEmpty() && theirs.ports.isEmpty()) {
            unused(transparent, "neither end listens on a further port");
        }
        return rows;
    }

    private Map<String, Object> codec(String codec, Options theirs, List<String> common, boolean chooses) {
        Map<String, Object> row = row("codec " + codec, codecs.contains(codec), theirs.codecs.contains(codec));
        if (common.contains(codec)) {
            row.put("ours", limited(levels, codec));
            row.put("theirs", limited(theirs.levels, codec));
            int level = level(theirs, codec);
            if (!chooses && !common.get(0).equals(codec)) {
                unused(row, common.get(0) + " comes first");
            } else if (level < Integer.MAX_VALUE) {
                row.put("in-use", (chooses ? "up to level " : "level ") + level);
            }
        } else if (codecs.contains(codec) && theirs.codecs.contains(codec)) {
            unused(row, "compression is off");
        }
        return row;
    }

    private Map<String, Object> window(String codec, Options theirs) {
        int window = window(theirs, codec) >> KILO;
        return row(
                "window of " + codec,
                kilobytes(windows.getOrDefault(codec, 0)),
                kilobytes(theirs.windows.getOrDefault(codec, 0)),
                kilobytes(window),
                window > 0 ? "" : windows.containsKey(codec) ? "the peer names no window" : "this end names no window");
    }

    private static String kilobytes(int window) {
        return window > 0 ? window + " KB" : "the codec's own";
    }

    private static String limited(Map<String, Integer> levels, String codec) {
        return levels.containsKey(codec) ? "level " + levels.get(codec) : word(true);
    }

    private static void unused(Map<String, Object> row, String why) {
        row.put("in-use", "no");
        row.put("why-not", why);
    }

    private static Map<String, Object> row(String option, boolean ours, boolean theirs) {
        String whyNot = ours ? "the peer does not" : theirs ? "this end does not" : "neither end allows it";
        boolean used = ours && theirs;
        return row(option, word(ours), word(theirs), used ? "yes" : "no", used ? "" : whyNot);
    }

    private static Map<String, Object> row(String option, String ours, String theirs, String inUse, String whyNot) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("option", option);
        row.put("ours", ours);
        row.put("theirs", theirs);
        row.put("in-use", inUse);
        row.put("why-not", whyNot);
        return row;
    }
}
