package org.ferrule.lab.bench;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the bench was asked for.
 *
 * @param quick whether it must be done in three minutes
 * @param only the one part that is measured; null: all of them
 * @param turns how often each fetch is done; medians count
 * @param scenario a part of the names of the scenarios that are wanted
 * @param kind a part of the names of the kinds of data that are wanted
 * @param fibres the congestion control that fibres are given from outside, or empty: what the appliance or system chooses
 * @param json where to write the figures, or null
 * @param plot where to draw them, or null
 */
record WanOptions(
        boolean quick, Part only, int turns, String scenario, String kind, String fibres, Path json, Path plot) {
    static final String USAGE = """
            usage: bench/wan [OPTIONS]
              --quick           shorter fetches of two kinds of data, once: below three minutes
              --only PART       only this: small-requests, codecs, clients, long-fetches, heavy-loss, fat-link, second-fetch
              --turns N         how often each fetch is done; medians count (3)
              --scenario TEXT   only links whose name has this in it, such as "10 Mbit"
              --kind TEXT       only this kind of data: source, binaries, json, compressed
              --fibres NAME     congestion control of our fibres, such as bbr; else what the appliance or system chooses
              --json FILE       also writes the figures
              --plot FILE       also draws them, as SVG
            """;

    /** What is measured by itself. */
    enum Part {
        SMALL_REQUESTS(true, false),
        CODECS(true, false),
        CLIENTS(true, false),
        LONG_FETCHES(true, false),
        HEAVY_LOSS(false, false),
        FAT_LINK(false, true),
        SECOND_FETCH(false, true);

        /** Whether it is measured on each of the links. */
        private final boolean perLink;

        private final boolean skippedWhenQuick;

        Part(boolean perLink, boolean skippedWhenQuick) {
            this.perLink = perLink;
            this.skippedWhenQuick = skippedWhenQuick;
        }

        private String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        private static Part of(String word) {
            return Stream.of(values())
                    .filter(part -> part.word().equals(word))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("there is no part " + word + " but "
                            + Stream.of(values()).map(Part::word).collect(Collectors.joining(", "))));
        }
    }

    static WanOptions of(String[] args) {
        WanOptions o = new WanOptions(false, null, 3, "", "", "", null, null);
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--quick")) {
                o = new WanOptions(true, o.only, 1, o.scenario, o.kind, o.fibres, o.json, o.plot);
                continue;
            }
            if (i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " is not an option, or its value is missing");
            }
            o = o.with(args[i], args[++i]);
        }
        return o;
    }

    private WanOptions with(String option, String value) {
        return switch (option) {
            case "--turns" -> new WanOptions(quick, only, Integer.parseInt(value), scenario, kind, fibres, json, plot);
            case "--only" -> new WanOptions(quick, Part.of(value), turns, scenario, kind, fibres, json, plot);
            case "--scenario" -> new WanOptions(quick, only, turns, value, kind, fibres, json, plot);
            case "--kind" -> new WanOptions(quick, only, turns, scenario, value, fibres, json, plot);
            case "--fibres" -> new WanOptions(quick, only, turns, scenario, kind, value, json, plot);
            case "--json" -> new WanOptions(quick, only, turns, scenario, kind, fibres, Path.of(value), plot);
            case "--plot" -> new WanOptions(quick, only, turns, scenario, kind, fibres, json, Path.of(value));
            default -> throw new IllegalArgumentException("there is no option " + option);
        };
    }

    /** The links that are wanted. */
    List<WanScenario> scenarios() {
        return WanScenario.ALL.stream()
                .filter(s -> (only == null || only.perLink) && s.name().contains(scenario))
                .map(s -> quick ? s.shorter() : s)
                .toList();
    }

    /** Whether this part is wanted, on whatever link. */
    boolean wants(Part part) {
        return only == part || only == null && !(quick && part.skippedWhenQuick);
    }

    /** Whether this part is wanted on this link. */
    boolean wants(Part part, WanScenario link) {
        return wants(part) && link.name().contains(scenario);
    }

    /** The kinds of data that are wanted. */
    List<String> kinds() {
        List<String> all = quick && kind.isEmpty() ? List.of("source", "compressed") : WanContent.KINDS;
        return all.stream().filter(k -> k.contains(kind)).toList();
    }

    /** The kinds of data that have to be there. */
    List<String> contents() {
        if (only == Part.SECOND_FETCH) {
            return List.of();
        }
        Set<String> all = new LinkedHashSet<>(kinds());
        all.add(WanMeasure.CLIENTS_KIND);
        all.add(WanMeasure.LOSSY_KIND);
        return List.copyOf(all);
    }
}
