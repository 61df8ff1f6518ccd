package org.ferrule.lab.bench;

/**
 * One figure of ours beside a peer's.
 *
 * @param metric what was measured, with its unit
 * @param ours our median
 * @param peer the peer's median
 * @param peerName the peer
 * @param ratio ours to the peer's
 * @param target the least ratio that is wanted; or the most, or the least, of ours alone, in the metric's unit
 * @param met whether it was reached
 */
record Result(String metric, double ours, double peer, String peerName, double ratio, double target, boolean met) {
    /** More is better. */
    static Result of(String metric, double ours, String peerName, double peer, double target) {
        double ratio = ours / peer;
        return new Result(metric, ours, peer, peerName, ratio, target, ratio >= target);
    }

    /** More is better, and the target is one of ours alone: the peer's figure is there to compare with. */
    static Result above(String metric, double ours, String peerName, double peer, double target) {
        return new Result(metric, ours, peer, peerName, ours / peer, target, ours >= target);
    }

    /** Less is better, and the target is one of ours alone: the peer's figure is there to compare with. */
    static Result below(String metric, double ours, String peerName, double peer, double target) {
        return new Result(metric, ours, peer, peerName, ours / peer, target, ours < target);
    }
}
