package org.ferrule.lab.bench;

/**
 * What the bench was asked for.
 *
 * @param quick whether only what is soon done is measured
 * @param only a part of the names of the groups that are wanted
 * @param json where to write the figures, or empty
 * @param plot where to draw them, or empty
 */
record DedupOptions(boolean quick, String only, String json, String plot) {
    static final String USAGE = """
            usage: bench/dedup [OPTIONS]
              --quick       only the SQL dump of which 1 % changed, what is fetched again, and echoes
              --only TEXT   only groups whose name has this in it, such as "kotlin"
              --json FILE   also writes the figures
              --plot FILE   also draws them, as SVG
            """;

    static DedupOptions of(String[] args) {
        DedupOptions o = new DedupOptions(false, "", "", "");
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--quick")) {
                o = new DedupOptions(true, o.only, o.json, o.plot);
            } else if (i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " is not an option, or its value is missing");
            } else {
                o = o.with(args[i], args[++i]);
            }
        }
        return o;
    }

    private DedupOptions with(String option, String value) {
        return switch (option) {
            case "--only" -> new DedupOptions(quick, value, json, plot);
            case "--json" -> new DedupOptions(quick, only, value, plot);
            case "--plot" -> new DedupOptions(quick, only, json, value);
            default -> throw new IllegalArgumentException("there is no option " + option);
        };
    }

    /** Whether a group is wanted. */
    boolean wants(String group, boolean isQuick) {
        return group.contains(only) && (isQuick || !quick);
    }
}
