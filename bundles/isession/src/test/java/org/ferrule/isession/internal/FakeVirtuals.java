package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.ferrule.traffic.VirtualServers;

/** Virtual servers that answer what a test says. */
final class FakeVirtuals implements VirtualServers {
    final List<Arrival> asked = new ArrayList<>();
    Answer answer = Answer.refused("nobody takes it");

    /** Whether a destination is served, given whether flows may go straight there. */
    BiPredicate<InetSocketAddress, Boolean> serves = (destination, straight) -> straight;

    @Override
    public Answer find(Arrival arrival) {
        asked.add(arrival);
        return answer;
    }

    @Override
    public boolean serves(InetSocketAddress destination, boolean straight) {
        return serves.test(destination, straight);
    }
}
