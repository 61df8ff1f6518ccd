package org.ferrule.lab.bench;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the bench was asked for.
 *
 * @param quick whether it must be done in three minutes
 * @param onlySecond whether nothing but what is fetched a second time is measured
 * @param turns how often each fetch is done; medians count
 * @param scenario a part of the names of the scenarios that are wanted
 * @param kind a part of the names of the kinds of data that are wanted
 * @param fibres the congestion control that fibres are given from outside, or empty: what the appliance or system chooses
 * @param json where to write the figures, or null
 * @param plot where to draw them, or null
 */
record WanOptions(
        boolean quick,
        boolean onlySecond,
        int turns,
        String scenario,
        String kind,
        String fibres,
        Path json,
        Path plot) {
    static final String USAGE = """
            usage: bench/wan [OPTIONS]
              --quick           shorter fetches of two kinds of data, once: below three minutes
              --second          only what is fetched a second time, with de-duplication
              --turns N         how often each fetch is done; medians count (3)
              --scenario TEXT   only links whose name has this in it, such as "10 Mbit"
              --kind TEXT       only this kind of data: source, binaries, json, compressed
              --fibres NAME     congestion control of our fibres, such as bbr; else what the appliance or system chooses
              --json FILE       also writes the figures
              --plot FILE       also draws them, as SVG
            """;

    static WanOptions of(String[] args) {
        WanOptions o = new WanOptions(false, false, 3, "", "", "", null, null);
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--quick")) {
                o = new WanOptions(true, o.onlySecond, 1, o.scenario, o.kind, o.fibres, o.json, o.plot);
                continue;
            }
            if (args[i].equals("--second")) {
                o = new WanOptions(o.quick, true, o.turns, o.scenario, o.kind, o.fibres, o.json, o.plot);
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
            case "--turns" ->
                new WanOptions(quick, onlySecond, Integer.parseInt(value), scenario, kind, fibres, json, plot);
            case "--scenario" -> new WanOptions(quick, onlySecond, turns, value, kind, fibres, json, plot);
            case "--kind" -> new WanOptions(quick, onlySecond, turns, scenario, value, fibres, json, plot);
            case "--fibres" -> new WanOptions(quick, onlySecond, turns, scenario, kind, value, json, plot);
            case "--json" -> new WanOptions(quick, onlySecond, turns, scenario, kind, fibres, Path.of(value), plot);
            case "--plot" -> new WanOptions(quick, onlySecond, turns, scenario, kind, fibres, json, Path.of(value));
            default -> throw new IllegalArgumentException("there is no option " + option);
        };
    }

    /** The links that are wanted. */
    List<WanScenario> scenarios() {
        return WanScenario.ALL.stream()
                .filter(s -> !onlySecond && s.name().contains(scenario))
                .map(s -> quick ? s.shorter() : s)
                .toList();
    }

    /** Whether the link with heavy loss is wanted. */
    boolean lossy() {
        return !onlySecond && WanScenario.LOSSY.name().contains(scenario);
    }

    /** Whether the link where much is under way is wanted. */
    boolean fat() {
        return !quick && !onlySecond && WanScenario.FAT.name().contains(scenario);
    }

    /** Whether something is fetched a second time. */
    boolean second() {
        return onlySecond || !quick && WanScenario.SECOND.name().contains(scenario);
    }

    /** The kinds of data that are wanted. */
    List<String> kinds() {
        List<String> all = quick && kind.isEmpty() ? List.of("source", "compressed") : WanContent.KINDS;
        return all.stream().filter(k -> k.contains(kind)).toList();
    }

    /** The kinds of data that have to be there. */
    List<String> contents() {
        if (onlySecond) {
            return List.of();
        }
        Set<String> all = new LinkedHashSet<>(kinds());
        all.add(WanMeasure.CLIENTS_KIND);
        all.add(WanMeasure.LOSSY_KIND);
        return List.copyOf(all);
    }
}
