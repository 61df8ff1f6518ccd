package org.ferrule.isession.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Kinds;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Tells which subnets this end advertises, and which its peers do; and of each whether it is in use, or why not. */
@Component
public final class RouteStatus implements StatusProvider {
    /** What a peer's origin is: all that it tells is whether server-discovery found the route. */
    private static final String CONFIGURED = Kinds.typed(AdvertisedRoute.Origin.CONFIGURED);

    private static final String DISCOVERED = "discovered";
    private static final String THIS_END = "this end";

    private final IsessionService isessions;

    @Activate
    public RouteStatus(@Reference IsessionService isessions) {
        this.isessions = isessions;
    }

    @Override
    public String kind() {
        return AdvertisedRoute.KIND;
    }

    @Override
    public List<Status> status() {
        List<Status> all = new ArrayList<>();
        Map<String, AdvertisedRoute> ours =
                new TreeMap<>(isessions.core().settings().advertised());
        ours.forEach((name, advertised) -> advertised
                .route()
                .ifPresent(route -> all.add(ours(name, route, Kinds.typed(advertised.origin()), better(route, ours)))));
        for (Route route : isessions.core().found()) {
            all.add(ours(ServerDiscoveryKeeper.name(route.subnet()), route, DISCOVERED, Optional.empty()));
        }
        // One device may be several far ends: its routes are the same, but some may be down.
        Map<String, Routes> theirs = new TreeMap<>();
        for (FarEnd end : isessions.ends().all()) {
            if (!end.device().isEmpty() && (!end.fibres().isEmpty() || !theirs.containsKey(end.device()))) {
                theirs.put(end.device(), end.told());
            }
        }
        theirs.forEach((device, routes) -> routes.all().forEach(route -> all.add(theirs(device, route))));
        return all;
    }

    /** The name of one of these that leads to the same subnet, and is taken instead. */
    private static Optional<String> better(Route route, Map<String, AdvertisedRoute> all) {
        return all.entrySet().stream()
                .filter(other -> other.getValue().route().stream()
                        .anyMatch(r -> r.subnet().equals(route.subnet()) && r.betterThan(route)))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** A route of this end is used if a peer was told of it, and takes it. */
    private Status ours(String name, Route route, String origin, Optional<String> better) {
        long told = isessions.ends().all().stream()
                .filter(end -> !end.fibres().isEmpty())
                .map(FarEnd::device)
                .distinct()
                .count();
        String reason = better.map(other -> "Peers follow " + other + " instead, which leads to the same subnet")
                .orElse(
                        told == 0
                                ? "No peer was told of it: no tunnel is up"
                                : told + (told == 1 ? " peer was" : " peers were") + " told of it"
                                        + (route.include() ? "" : ": traffic to it stays out of tunnels"));
        return status(name, route, THIS_END, origin, told > 0 && better.isEmpty() && route.include(), reason);
    }

    private Status theirs(String device, Route route) {
        RouteUse use = RouteUse.of(isessions.core(), isessions.ends(), device, route);
        String name = ObjectId.fullName(ObjectId.COMMON, device + "-" + route.subnet());
        return status(
                name,
                route,
                device,
                route.found() ? DISCOVERED : CONFIGURED,
                !use.profiles().isEmpty(),
                use.reason());
    }

    private Status status(String name, Route route, String by, String origin, boolean used, String reason) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("dest", route.subnet().toString());
        values.put("advertised-by", by);
        values.put("origin", origin);
        values.put("metric", route.metric());
        values.put("include", route.include() ? "enabled" : "disabled");
        values.put("label", route.label());
        values.put("idle-for", by.equals(THIS_END) ? idle(route) : "");
        values.put("in-use", used ? "yes" : "no");
        return new Status(name, used ? Availability.AVAILABLE : Availability.OFFLINE, route.include(), reason, values);
    }

    /** How long nobody called a server that was found; "" where that is not known. */
    private String idle(Route route) {
        return isessions
                .core()
                .servers()
                .idle(route.subnet())
                .map(idle -> idle.toMinutes() + " minutes")
                .orElse("");
    }
}
