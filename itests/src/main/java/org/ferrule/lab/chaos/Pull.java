package org.ferrule.lab.chaos;

import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.ferrule.lab.Appliance;

/**
 * The WAN fails, in one of the ways in which networks do. What does not need it goes on untouched; what does is served by
 * the branch itself for as long as it is away.
 *
 * @param how it fails
 */
record Pull(Way how) implements Fault {
    private static final String FIBRE_DOWN = "is down(, others are up)?: ";

    /** How a network fails. */
    enum Way {
        /** Every connection is reset, and no new one comes through. */
        CUT,
        /** Nothing passes, and nobody says that it does not. */
        SILENCE,
        /** Connections end in one direction. */
        HALF_CLOSE,
        /** All connections are reset again and again, and can be opened at once. */
        FLAP,
        /** Everything is late. */
        DELAY
    }

    @Override
    public String name() {
        return "wan-" + how.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String strike(Grounds grounds, Appliance at, Random random) {
        Said branch = Said.since(grounds.branch());
        Said dc = Said.since(grounds.dc());
        try {
            String done =
                    switch (how) {
                        case CUT -> cut(grounds, branch, dc);
                        case SILENCE -> silence(grounds, branch, dc);
                        case HALF_CLOSE -> halfClose(grounds, branch, random);
                        case FLAP -> flap(grounds, branch, random);
                        case DELAY -> delay(grounds);
                    };
            grounds.roads().untouched(Road.BRANCH, Road.DC);
            return done;
        } finally {
            grounds.wan().turn(Wan.Weather.FAIR);
        }
    }

    private static String cut(Grounds grounds, Said branch, Said dc) {
        grounds.wan().turn(Wan.Weather.DOWN);
        grounds.wan().reset();
        branch.awaits("The tunnel to .* is down: ");
        dc.awaits("The tunnel of .* is down: ");
        grounds.roads().serve(Road.values());
        return "the WAN was cut";
    }

    private static String silence(Grounds grounds, Said branch, Said dc) {
        grounds.wan().turn(Wan.Weather.SILENT);
        branch.awaits("The tunnel to .* is down: nothing was heard of the peer for 5 s");
        dc.awaits("The tunnel of .* is down: ");
        grounds.roads().serve(Road.values());
        return "the WAN fell silent";
    }

    private static String halfClose(Grounds grounds, Said branch, Random random) {
        grounds.wan().halfClose(random);
        branch.awaits(FIBRE_DOWN);
        return "connections of the WAN ended in one direction";
    }

    private static String flap(Grounds grounds, Said branch, Random random) {
        int times = 3 + random.nextInt(5);
        for (int i = 0; i < times; i++) {
            grounds.wan().reset();
            LockSupport.parkNanos(Duration.ofMillis(100 + random.nextInt(900)).toNanos());
        }
        branch.awaits(FIBRE_DOWN);
        return "the WAN went away " + times + " times";
    }

    /** Nothing is lost for that. */
    private static String delay(Grounds grounds) {
        grounds.wan().turn(Wan.Weather.SLOW);
        grounds.roads().serve(Road.values());
        grounds.roads().untouched(Road.TUNNELLED);
        return "the WAN was slow";
    }
}
