package org.ferrule.lab.chaos;

import java.util.Random;
import org.ferrule.lab.Appliance;

/**
 * An appliance is killed, or loses its power: the process ends at once, alone or with its launcher. The other one goes on;
 * the branch serves by itself what it cannot send to the data centre.
 */
final class Kill implements Fault {
    @Override
    public String name() {
        return "kill";
    }

    @Override
    public String strike(Grounds grounds, Appliance at, Random random) {
        boolean power = random.nextBoolean();
        Said other = Said.since(grounds.other(at));
        if (power) {
            at.kill();
        } else {
            at.java().destroyForcibly();
        }
        if (at == grounds.dc()) {
            grounds.roads().serve(Road.BRANCH, Road.TUNNELLED);
        } else {
            grounds.roads().serve(Road.DC);
        }
        grounds.roads().untouched(grounds.own(grounds.other(at)));
        other.awaits("The tunnel (to|of) .* is down: .*");
        if (power) {
            grounds.start(at);
        } else {
            grounds.revive(at);
        }
        return at.name() + (power ? " lost its power" : " was killed");
    }
}
