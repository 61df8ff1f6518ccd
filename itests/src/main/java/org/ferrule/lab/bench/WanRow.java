package org.ferrule.lab.bench;

/**
 * One thing fetched in one way over one link.
 *
 * @param scenario the link
 * @param what the kind of data, or how many clients fetched it
 * @param way how it was fetched
 * @param seconds the median of how long it took
 * @param wireBytes what it cost on the link, both ways, all headers counted
 * @param bytes what the clients got
 */
record WanRow(WanScenario scenario, String what, String way, double seconds, double wireBytes, long bytes) {
    static final String DIRECT = "direct";

    private static final double WIRE = 1.05;

    boolean ours() {
        return way.startsWith("ours");
    }

    /** Megabits a second as the clients see it. */
    double megabits() {
        return bytes * 8e-6 / seconds;
    }

    /** Our time beside direct's. */
    Result result(WanRow direct) {
        double ratio = seconds / direct.seconds;
        double target = scenario.mostOfDirect();
        String metric = scenario.name() + ", " + what + ", " + way + ": time, s";
        return new Result(metric, seconds, direct.seconds, DIRECT, ratio, target, ratio <= target);
    }

    /** Our bytes on the wire beside direct's; frames and encryption may cost what they may cost in time. */
    Result wire(WanRow direct) {
        String metric = scenario.name() + ", " + what + ", " + way + ": bytes on the wire";
        double ratio = wireBytes / direct.wireBytes;
        return new Result(metric, wireBytes, direct.wireBytes, DIRECT, ratio, WIRE, ratio <= WIRE);
    }
}
