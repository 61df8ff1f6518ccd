package org.ferrule.stats.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.ferrule.shell.Status;

/**
 * Finds peers whose dictionary is not in step with this end's: blocks that had to be sent again within the last minutes.
 * One thread at a time.
 */
final class DictionaryCheck implements HealthCheck {
    private static final Duration REMEMBERED = Duration.ofMinutes(10);
    private static final List<String> COUNTERS = List.of("resent-blocks", "damaged-blocks");

    private final Supplier<List<KindStatus>> statuses;
    private final Supplier<Instant> clock;
    private final Map<String, Long> counted = new HashMap<>();
    private final Map<String, Instant> grown = new HashMap<>();

    DictionaryCheck(Supplier<List<KindStatus>> statuses, Supplier<Instant> clock) {
        this.statuses = statuses;
        this.clock = clock;
    }

    @Override
    public Result execute() {
        Findings findings = new Findings();
        statuses.get().stream()
                .filter(kind -> kind.kind().equals("wom deduplication"))
                .flatMap(kind -> kind.objects().stream())
                .forEach(status -> look(findings, status));
        return findings.result();
    }

    private void look(Findings findings, Status status) {
        if (!(status.values().get("peers") instanceof List<?> peers)) {
            return;
        }
        for (Object row : peers) {
            if (row instanceof Map<?, ?> peer) {
                look(findings, peer);
            }
        }
    }

    private void look(Findings findings, Map<?, ?> peer) {
        String device = String.valueOf(peer.get("device"));
        long now = COUNTERS.stream()
                .mapToLong(counter -> peer.get(counter) instanceof Number number ? number.longValue() : 0)
                .sum();
        Long before = counted.put(device, now);
        if (before != null && now > before) {
            grown.put(device, clock.get());
        }
        Instant last = grown.get(device);
        if (last != null && Duration.between(last, clock.get()).compareTo(REMEMBERED) < 0) {
            findings.warn(
                    "wom deduplication " + device,
                    now + " blocks had to be sent again, the last at " + last,
                    "Nothing, if it was once: both ends begin a new dictionary. Else look at disk and memory of both"
                            + " ends");
        } else {
            grown.remove(device);
        }
    }
}
