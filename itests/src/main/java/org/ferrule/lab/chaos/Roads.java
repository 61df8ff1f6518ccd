package org.ferrule.lab.chaos;

import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.ferrule.lab.Traffic;

/** The traffic that never ends, road by road, and what was lost of it. */
final class Roads implements AutoCloseable {
    private static final int CONNECTIONS = 6;
    private static final long STEADY = TimeUnit.SECONDS.toNanos(1);

    private final Map<Road, Traffic> traffic = new EnumMap<>(Road.class);
    private final Map<Road, Traffic.Counts> counted = new EnumMap<>(Road.class);

    void begin(Road road, InetSocketAddress address) {
        traffic.put(road, new Traffic(address, CONNECTIONS));
    }

    /** Counts from here on. */
    void count() {
        for (Road road : Road.values()) {
            take(road);
        }
        counted.clear();
    }

    /** What was lost and refused since {@link #count}, on all roads. */
    Traffic.Counts counted() {
        for (Road road : Road.values()) {
            take(road);
        }
        return counted.values().stream().reduce(Traffic.Counts.NONE, Traffic.Counts::plus);
    }

    private Traffic.Counts take(Road road) {
        Traffic.Counts taken = traffic.get(road).take();
        counted.merge(road, taken, Traffic.Counts::plus);
        if (taken.wrong() > 0) {
            throw new Broken(road + ": " + taken.wrong() + " messages came back wrong");
        }
        return taken;
    }

    /** Nothing was lost on these roads, and no new connection refused, since {@link #count}. */
    void untouched(Road... roads) {
        for (Road road : roads) {
            take(road);
            if (!counted.get(road).equals(Traffic.Counts.NONE)) {
                throw new Broken(road + " lost what it need not have lost: " + counted.get(road) + ", first "
                        + traffic.get(road).problem());
            }
        }
    }

    /** Nothing that was open on these roads was lost since {@link #count}; new connections may have been refused. */
    void kept(Road... roads) {
        for (Road road : roads) {
            take(road);
            if (counted.get(road).lost() > 0) {
                throw new Broken(road + " lost connections that were open: " + counted.get(road) + ", first "
                        + traffic.get(road).problem());
            }
        }
    }

    /** Waits until these roads carry all that they should, then sees that they go on doing so without a loss. */
    void serve(Road... roads) {
        for (Road road : roads) {
            traffic.get(road).moveOn();
            take(road);
        }
        LockSupport.parkNanos(STEADY);
        for (Road road : roads) {
            traffic.get(road).moveOn();
            Traffic.Counts lost = take(road);
            if (!lost.equals(Traffic.Counts.NONE)) {
                throw new Broken(road + " does not serve as it should: " + lost + ", first "
                        + traffic.get(road).problem());
            }
        }
    }

    /** Has a road's connections begin anew. */
    void renew(Road road) {
        traffic.get(road).renew();
    }

    @Override
    public void close() {
        traffic.values().forEach(Traffic::close);
    }
}
