package org.ferrule.lab.bench;

import java.util.List;

/**
 * A link, and how much is fetched over it.
 *
 * @param name what people call it
 * @param megabits its rate, Mbit/s
 * @param roundTrip how long a packet takes there and back, ms
 * @param lossPerMillion how many packets of a million it loses, each way
 * @param megabytes how much one fetch is
 */
record WanScenario(String name, int megabits, int roundTrip, int lossPerMillion, double megabytes) {
    /** Those in which every kind of data is fetched in every way. */
    static final List<WanScenario> ALL = List.of(
            new WanScenario("10 Mbit/s 80 ms", 10, 80, 0, 2.5),
            new WanScenario("100 Mbit/s 40 ms", 100, 40, 0, 20),
            new WanScenario("20 Mbit/s 80 ms 0.5 % loss", 20, 80, 5000, 3),
            new WanScenario("1 Gbit/s 10 ms", 1000, 10, 0, 64));

    /** Where one connection that takes each loss for congestion crawls. */
    static final WanScenario LOSSY = new WanScenario("100 Mbit/s 100 ms 0.5 % loss", 100, 100, 5000, 64);

    /** Where much is under way: one flow is to fill it, and others are not to notice. */
    static final WanScenario FAT = new WanScenario("1 Gbit/s 100 ms", 1000, 100, 0, 64);

    /** Where a file that is fetched for the second time comes as fast as if it were near. */
    static final WanScenario SECOND = new WanScenario("20 Mbit/s 80 ms", 20, 80, 0, 100);

    /** A queue of a round trip's worth, but at least 64 KB: what an access router has. */
    long queueBytes() {
        return Math.max(65_536, megabits * 125L * roundTrip);
    }

    /** How much one fetch is. */
    int bytes() {
        return (int) (megabytes * 1_000_000);
    }

    /** The same link with shorter fetches. */
    WanScenario shorter() {
        return new WanScenario(name, megabits, roundTrip, lossPerMillion, megabytes * 0.3);
    }

    /** How much slower than direct we may be: a time's ratio. */
    double mostOfDirect() {
        return lossPerMillion > 0 && megabits <= 20 ? 1.10 : 1.05;
    }
}
