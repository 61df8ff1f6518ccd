package org.ferrule.lab.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.ferrule.lab.Appliance;

/**
 * The clock of an appliance is set, by hours or a day, and set right again. Nothing that runs goes by it: no connection is
 * lost, and what waits does not wait for longer or less.
 */
final class ClockJump implements Fault {
    private static final List<Duration> JUMPS =
            List.of(Duration.ofDays(1), Duration.ofDays(-1), Duration.ofHours(2), Duration.ofHours(-2));

    @Override
    public String name() {
        return "clock";
    }

    @Override
    public Optional<String> impossible() {
        try {
            return Os.fakeTime().isPresent()
                    ? Optional.empty()
                    : Optional.of("it needs libfaketime (Debian: faketime)");
        } catch (IOException e) {
            return Optional.of("it cannot be looked for libfaketime: " + e.getMessage());
        }
    }

    @Override
    public String strike(Grounds grounds, Appliance at, Random random) throws IOException {
        Duration jump = JUMPS.get(random.nextInt(JUMPS.size()));
        Said log = Said.since(at);
        Clock.set(at, jump);
        try {
            log.awaits("The clock: it was set " + (jump.isNegative() ? "back" : "forward"));
            grounds.roads().serve(Road.values());
        } finally {
            Clock.set(at, Duration.ZERO);
        }
        log.awaits("The clock: it was set " + (jump.isNegative() ? "forward" : "back"));
        grounds.roads().serve(Road.values());
        grounds.roads().untouched(Road.values());
        return "the clock of " + at.name() + " was set " + jump + " ahead, and right again";
    }
}
