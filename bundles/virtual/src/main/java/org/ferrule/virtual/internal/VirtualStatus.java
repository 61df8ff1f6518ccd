package org.ferrule.virtual.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;
import org.ferrule.traffic.Pools;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Tells how virtual servers fare. */
@Component
public final class VirtualStatus implements StatusProvider {
    private final VirtualService virtuals;

    @Activate
    public VirtualStatus(@Reference VirtualService virtuals) {
        this.virtuals = virtuals;
    }

    @Override
    public String kind() {
        return "ltm virtual";
    }

    @Override
    public List<Status> status() {
        return virtuals.servers().stream().map(this::of).toList();
    }

    /** Whether it can serve, and by what. */
    private record Verdict(Availability availability, String reason, String server) {}

    private Status of(VirtualServer server) {
        Plan plan = server.plan();
        Counters counters = server.counters();
        Verdict verdict = verdict(plan);
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("destination", plan.destination().text());
        values.put("reached-from", plan.bound() ? plan.fromTunnels() ? "networks and tunnels" : "networks" : "tunnels");
        plan.interception()
                .ifPresent(how -> values.put(
                        "intercepted-by",
                        how.name().toLowerCase(Locale.ROOT) + " on port "
                                + plan.listener().getPort()));
        values.put("served-by", verdict.server());
        values.put("clientside", clientside(counters));
        Map<String, Object> served = new LinkedHashMap<>();
        served.put("served-by-tunnel", counters.servedByTunnel.sum());
        served.put("served-locally", counters.servedLocally.sum());
        served.put("passed-through", counters.passedThrough.sum());
        served.put("failed", counters.failed.sum());
        served.put("refused", counters.refused.sum());
        if (plan.keepsSource()) {
            served.put("source-mapped", counters.sourceMapped.sum());
        }
        values.put("connections", served);
        return new Status(plan.name(), verdict.availability(), plan.enabled(), verdict.reason(), values);
    }

    private static Map<String, Object> clientside(Counters counters) {
        Map<String, Object> traffic = new LinkedHashMap<>();
        traffic.put("bits-in", 8 * counters.fromClients.sum());
        traffic.put("bits-out", 8 * counters.toClients.sum());
        traffic.put("current-connections", (long) counters.current.get());
        traffic.put("maximum-connections", (long) counters.most);
        traffic.put("total-connections", counters.total.sum());
        return traffic;
    }

    private Verdict verdict(Plan plan) {
        if (!plan.enabled()) {
            return new Verdict(Availability.OFFLINE, "The virtual server is disabled", "nothing");
        }
        Optional<String> failure = plan.bound() ? virtuals.failure(plan.listener()) : Optional.empty();
        if (failure.isPresent()) {
            return new Verdict(Availability.OFFLINE, "It does not listen: " + failure.get(), "nothing");
        }
        Optional<String> noSource = plan.keepsSource() ? virtuals.noSource() : Optional.empty();
        if (noSource.isPresent()) {
            return new Verdict(Availability.OFFLINE, "snat none cannot be had: " + noSource.get(), "nothing");
        }
        boolean poolUp = !plan.pool().isEmpty()
                && virtuals.modules().pools().best().map(p -> p.members(plan.pool())).orElse(List.of()).stream()
                        .anyMatch(Pools.Member::up);
        if (!plan.isession().isEmpty()) {
            boolean tunnel = virtuals.modules()
                    .tunnels()
                    .best()
                    .map(t -> t.ready(plan.isession()))
                    .orElse(false);
            if (tunnel) {
                return new Verdict(Availability.AVAILABLE, "The virtual server is available", "tunnel");
            }
            return poolUp
                    ? new Verdict(
                            Availability.AVAILABLE,
                            "No tunnel is ready; the virtual server's own pool serves",
                            "pool " + plan.pool())
                    : new Verdict(Availability.OFFLINE, "No tunnel is ready, and no own pool can serve", "nothing");
        }
        if (plan.pool().isEmpty()) {
            return new Verdict(Availability.UNKNOWN, "Connections go straight to their destination", "destination");
        }
        return poolUp
                ? new Verdict(Availability.AVAILABLE, "The virtual server is available", "pool " + plan.pool())
                : new Verdict(Availability.OFFLINE, "The children pool member(s) are down", "nothing");
    }
}
