package org.ferrule.stats.internal;

import java.util.List;

/**
 * What performance is measured by.
 *
 * @param part the part of {@code show sys performance} that it stands in
 * @param name as shown: {@code client-bits-in}
 * @param source where its numbers come from
 */
record Measure(String part, String name, Source source) {
    /** How a number is made. */
    enum Form {
        /** What is there now, summed over objects. */
        LEVEL,
        /** How much counters grew each second, summed over objects. */
        RATE,
        /** The percentage that one counter grew of another, both summed over objects. */
        SHARE,
        /** The percentage by which one counter grew less than another. */
        SAVING,
        /** What the virtual machine tells. */
        MACHINE
    }

    /**
     * Where numbers come from.
     *
     * @param form how
     * @param kind the kind whose objects show them; of a machine's, the name by which it is asked
     * @param factor what is multiplied with
     * @param values the values summed, in full: {@code clientside.bits-in}
     * @param of the values that a share is taken of
     */
    record Source(Form form, String kind, double factor, List<String> values, List<String> of) {}

    private static final String VIRTUAL = "ltm virtual";
    private static final String POOL = "ltm pool";
    private static final String TUNNEL = "wom remote-endpoint";

    static final List<Measure> ALL = List.of(
            rate("throughput", "client-bits-in", VIRTUAL, 1, "clientside.bits-in"),
            rate("throughput", "client-bits-out", VIRTUAL, 1, "clientside.bits-out"),
            rate("throughput", "server-bits-in", POOL, 1, "serverside.bits-in"),
            rate("throughput", "server-bits-out", POOL, 1, "serverside.bits-out"),
            level("connections", "current-connections", VIRTUAL, "clientside.current-connections"),
            rate("connections", "new-connections", VIRTUAL, 1, "clientside.total-connections"),
            level("tunnel", "current-flows", TUNNEL, "current-flows"),
            rate("tunnel", "new-flows", TUNNEL, 1, "total-flows"),
            rate("tunnel", "raw-bits-in", TUNNEL, Byte.SIZE, "raw-bytes-in"),
            rate("tunnel", "tunnel-bits-in", TUNNEL, Byte.SIZE, "tunnel-bytes-in"),
            rate("tunnel", "raw-bits-out", TUNNEL, Byte.SIZE, "raw-bytes-out"),
            rate("tunnel", "tunnel-bits-out", TUNNEL, Byte.SIZE, "tunnel-bytes-out"),
            new Measure(
                    "deduplication",
                    "known-already-percent",
                    new Source(
                            Form.SHARE,
                            "wom deduplication",
                            1,
                            List.of("peers.hit-bytes-out"),
                            List.of("peers.raw-bytes-out"))),
            new Measure(
                    "deduplication",
                    "tunnel-saving-percent",
                    new Source(
                            Form.SAVING,
                            TUNNEL,
                            1,
                            List.of("tunnel-bytes-in", "tunnel-bytes-out"),
                            List.of("raw-bytes-in", "raw-bytes-out"))),
            machine("cpu-percent"),
            machine("heap-percent"),
            machine("buffer-bytes"));

    private static Measure rate(String part, String name, String kind, double factor, String value) {
        return new Measure(part, name, new Source(Form.RATE, kind, factor, List.of(value), List.of()));
    }

    private static Measure level(String part, String name, String kind, String value) {
        return new Measure(part, name, new Source(Form.LEVEL, kind, 1, List.of(value), List.of()));
    }

    private static Measure machine(String name) {
        return new Measure("system", name, new Source(Form.MACHINE, name, 1, List.of(), List.of()));
    }
}
