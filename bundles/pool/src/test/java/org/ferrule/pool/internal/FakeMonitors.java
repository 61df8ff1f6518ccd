package org.ferrule.pool.internal;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.ferrule.traffic.Monitors;

/** A monitor module that says what a test tells it to say. */
final class FakeMonitors implements Monitors {
    private final List<Watching> watches = new ArrayList<>();

    private record Watching(InetSocketAddress target, String rule, Consumer<Health> changed) {}

    @Override
    public Watch watch(InetSocketAddress target, String rule, Consumer<Health> changed) {
        Watching watching = new Watching(target, rule, changed);
        watches.add(watching);
        return () -> watches.remove(watching);
    }

    List<String> watched() {
        return watches.stream()
                .map(w -> w.target().getAddress().getHostAddress() + " " + w.rule())
                .sorted()
                .toList();
    }

    void up(String address) {
        say(address, new Health(true, ""));
    }

    void down(String address, String reason) {
        say(address, new Health(false, reason));
    }

    private void say(String address, Health health) {
        watches.stream()
                .filter(w -> w.target().getAddress().getHostAddress().equals(address))
                .forEach(w -> w.changed().accept(health));
    }
}
