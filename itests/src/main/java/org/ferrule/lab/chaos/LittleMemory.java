package org.ferrule.lab.chaos;

import java.io.IOException;
import java.util.Random;
import org.ferrule.lab.AgentClient;
import org.ferrule.lab.Appliance;

/**
 * The memory for objects of an appliance is nearly used up, or all of it. In the first case everything goes on; in the
 * second it ends at once, rather than go on with a part of its threads, and is started again.
 */
final class LittleMemory implements Fault {
    private static final int LEFT_MEGABYTES = 40;

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String strike(Grounds grounds, Appliance at, Random random) throws IOException {
        if (random.nextInt(3) == 0) {
            useUp(grounds, at);
            return at.name() + " had no memory left, and ended";
        }
        try (AgentClient agent = grounds.agent(at)) {
            agent.ask("fill " + LEFT_MEGABYTES);
            Grounds.shows(at, "show sys health", ".*after cleaning up");
            grounds.roads().serve(Road.values());
            agent.ask("free");
        }
        grounds.roads().untouched(Road.values());
        return at.name() + " had " + LEFT_MEGABYTES + " MB left";
    }

    private static void useUp(Grounds grounds, Appliance at) {
        try (AgentClient agent = grounds.agent(at)) {
            agent.ask("fill 0");
            throw new Broken(at.name() + " had no memory left, and went on");
        } catch (IllegalStateException | IOException ended) {
            grounds.revive(at);
        }
    }
}
