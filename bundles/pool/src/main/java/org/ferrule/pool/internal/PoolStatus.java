package org.ferrule.pool.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ferrule.config.kind.Addresses;
import org.ferrule.pool.internal.Snapshot.Candidate;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Tells how pools and their members fare. */
@Component
public final class PoolStatus implements StatusProvider {
    private final PoolService pools;

    @Activate
    public PoolStatus(@Reference PoolService pools) {
        this.pools = pools;
    }

    @Override
    public String kind() {
        return "ltm pool";
    }

    @Override
    public List<Status> status() {
        return new TreeMap<>(pools.pools())
                .values().stream().map(PoolStatus::of).toList();
    }

    private static Status of(Snapshot pool) {
        long up = pool.candidates().stream().filter(Candidate::up).count();
        boolean checked = pool.candidates().stream().anyMatch(c -> c.state().monitored());
        List<Status.Part> parts = new ArrayList<>();
        for (Candidate candidate : pool.candidates()) {
            parts.add(new Status.Part("Pool Member", member(candidate)));
        }
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("active-member-count", (int) up);
        values.put("member-count", pool.candidates().size());
        values.put(
                "serverside",
                traffic(pool.candidates().stream().map(Candidate::state).toList()));
        Availability availability = up > 0 && checked
                ? Availability.AVAILABLE
                : up > 0 || pool.candidates().isEmpty() || pending(pool) ? Availability.UNKNOWN : Availability.OFFLINE;
        return new Status(pool.name(), availability, true, reason(pool, availability), values, parts);
    }

    /** Whether a member would serve if its monitor had answered. */
    private static boolean pending(Snapshot pool) {
        return pool.candidates().stream()
                .anyMatch(c -> c.enabled() && !c.down() && c.state().monitored() && c.state().health == null);
    }

    private static String reason(Snapshot pool, Availability availability) {
        if (pool.candidates().isEmpty()) {
            return "The pool has no members";
        }
        return switch (availability) {
            case AVAILABLE -> "The pool is available";
            case OFFLINE -> "The children pool member(s) are down";
            case UNKNOWN ->
                "The children pool member(s) either don't have service checking enabled,"
                        + " or service check results are not available yet";
        };
    }

    private static Status member(Candidate candidate) {
        MemberState state = candidate.state();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("address", Addresses.text(state.address.getAddress()));
        values.put("port", Integer.toString(state.address.getPort()));
        values.put("monitor", state.monitor);
        values.put("serverside", traffic(List.of(state)));
        return new Status(state.name, availability(candidate), candidate.enabled(), reason(candidate), values);
    }

    private static Availability availability(Candidate candidate) {
        if (candidate.down()) {
            return Availability.OFFLINE;
        }
        if (!candidate.state().monitored() || candidate.state().health == null) {
            return Availability.UNKNOWN;
        }
        return candidate.state().healthy() ? Availability.AVAILABLE : Availability.OFFLINE;
    }

    private static String reason(Candidate candidate) {
        MemberState state = candidate.state();
        if (candidate.down()) {
            return "Manually forced offline";
        }
        if (!state.monitored()) {
            return "Pool member does not have service checking enabled";
        }
        if (state.health == null) {
            return "The monitor has not answered yet";
        }
        return state.healthy()
                ? "Pool member is available"
                : "Pool member has been marked down by a monitor (" + state.health.reason() + ")";
    }

    private static Map<String, Object> traffic(List<MemberState> states) {
        Map<String, Object> traffic = new LinkedHashMap<>();
        traffic.put(
                "bits-in",
                8 * states.stream().mapToLong(s -> s.counts.toServer.sum()).sum());
        traffic.put(
                "bits-out",
                8 * states.stream().mapToLong(s -> s.counts.toClient.sum()).sum());
        traffic.put(
                "current-connections",
                states.stream().mapToLong(s -> s.counts.current.get()).sum());
        traffic.put(
                "maximum-connections",
                states.stream().mapToLong(s -> s.counts.most).sum());
        traffic.put(
                "total-connections",
                states.stream().mapToLong(s -> s.counts.total.sum()).sum());
        return traffic;
    }
}
