package org.ferrule.lab.bench;

/**
 * One figure of ours beside a peer's. More is better.
 *
 * @param metric what was measured, with its unit
 * @param ours our median
 * @param peer the peer's median
 * @param peerName the peer
 * @param ratio ours to the peer's
 * @param target the least ratio that is wanted
 * @param met whether it was reached
 */
record Result(String metric, double ours, double peer, String peerName, double ratio, double target, boolean met) {
    static Result of(String metric, double ours, String peerName, double peer, double target) {
        double ratio = ours / peer;
        return new Result(metric, ours, peer, peerName, ratio, target, ratio >= target);
    }
}
