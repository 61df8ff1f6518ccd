package org.ferrule.isession.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Addresses;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Tells how tunnels fare: those that this end dials, by endpoint, and those that peers opened, by device. */
@Component
public final class EndpointStatus implements StatusProvider {
    /** The table of fibres to further ports. */
    private static final String TRANSPARENT = "transparent-ports";

    private final IsessionService isessions;

    @Activate
    public EndpointStatus(@Reference IsessionService isessions) {
        this.isessions = isessions;
    }

    @Override
    public String kind() {
        return RemoteEndpoint.KIND;
    }

    @Override
    public List<Status> status() {
        List<Status> all = new ArrayList<>();
        new TreeMap<>(isessions.endpoints()).values().forEach(list -> list.forEach(e -> all.add(dialled(e))));
        isessions.listening().peers().stream()
                .sorted(Comparator.comparing(Listening.Peer::device))
                .forEach(peer -> all.add(accepted(peer)));
        return all;
    }

    private Status dialled(Endpoint endpoint) {
        List<Fibre> ready = endpoint.fibres();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("address", Addresses.text(endpoint.address()));
        values.put("opened-by", "this end");
        values.put("profile", endpoint.profile());
        values.put("origin", endpoint.found() ? "discovered" : "configured");
        values.put("paced-to", rate(endpoint.pacing()));
        values.put("fibres-wanted", endpoint.tunnels().size());
        values.put(TRANSPARENT, endpoint.transparent().shown());
        String exchange = endpoint.tunnels().stream()
                .map(Tunnel::keyExchange)
                .filter(k -> !k.isEmpty())
                .findFirst()
                .orElse("");
        String name = endpoint.device().isEmpty() ? Addresses.text(endpoint.address()) : endpoint.device();
        return status(
                name, ready, endpoint.routes().all().size(), endpoint.problem(), exchange, endpoint.stats(), values);
    }

    private Status accepted(Listening.Peer peer) {
        List<Fibre> ready = peer.fibres();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put(
                "address",
                ready.isEmpty()
                        ? ""
                        : Addresses.text(ready.get(0).remoteAddress().getAddress()));
        values.put("opened-by", "the peer");
        values.put("profile", Settings.ROOT);
        values.put("paced-to", rate(peer.pacing()));
        values.put(TRANSPARENT, further(peer));
        return status(
                peer.device(),
                ready,
                peer.routes().all().size(),
                peer.problem(),
                peer.keyExchange(),
                peer.stats(),
                values);
    }

    private static List<Map<String, Object>> further(Listening.Peer peer) {
        List<Fibre> all = new ArrayList<>(peer.all());
        all.removeAll(peer.fibres());
        Map<Integer, List<Fibre>> byPort =
                all.stream().collect(Collectors.groupingBy(Fibre::localPort, TreeMap::new, Collectors.toList()));
        return byPort.entrySet().stream()
                .map(port -> TransparentLines.shown(port.getKey(), port.getValue(), ""))
                .toList();
    }

    private static Status status(
            String name,
            List<Fibre> ready,
            int routes,
            String problem,
            String exchange,
            Stats stats,
            Map<String, Object> values) {
        boolean up = !ready.isEmpty();
        values.put("tunnel", up ? "up" : "down");
        values.put("advertised-routes", routes);
        values.put("fibres", ready.size());
        values.put("key-exchange", exchange);
        values.put("round-trip-time", roundTrip(ready));
        values.put("current-flows", (long) stats.currentFlows.get());
        values.put("total-flows", stats.flows.sum());
        values.put("refused-flows", stats.refused.sum());
        values.put("raw-bytes-in", stats.rawIn.sum());
        values.put("raw-bytes-out", stats.rawOut.sum());
        values.put("tunnel-bytes-in", stats.tunnelIn.sum());
        values.put("tunnel-bytes-out", stats.tunnelOut.sum());
        values.put("connected", stats.reconnects.sum());
        values.put("protocol-errors", stats.errors());
        Optional<Fibre> any = ready.stream().filter(f -> f.theirs() != null).findFirst();
        any.ifPresent(fibre -> values.put("options", fibre.ours().compared(fibre.theirs())));
        if (stats.errors() > 0) {
            Map<String, Object> errors = new LinkedHashMap<>();
            stats.errorsByRule()
                    .forEach((rule, count) -> errors.put(
                            rule.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'), count.sum()));
            values.put("errors-by-rule", errors);
        }
        return new Status(
                name.startsWith("/") ? name : ObjectId.fullName(ObjectId.COMMON, name),
                up ? Availability.AVAILABLE : Availability.OFFLINE,
                true,
                up ? "The tunnel is up" : "The tunnel is down: " + problem,
                values);
    }

    private static String rate(Pacing pacing) {
        return pacing.rate() == 0
                ? "not paced"
                : String.format(java.util.Locale.ROOT, "%.1f Mbit/s", pacing.rate() * 8 / 1e6);
    }

    private static String roundTrip(List<Fibre> ready) {
        return ready.stream().mapToLong(f -> f.keepAlive().roundTripNanos()).filter(n -> n >= 0).min().stream()
                .mapToObj(n -> String.format(java.util.Locale.ROOT, "%.2f ms", n / 1e6))
                .findFirst()
                .orElse("not measured yet");
    }
}
