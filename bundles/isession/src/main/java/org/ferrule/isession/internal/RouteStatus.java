package org.ferrule.isession.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ferrule.config.ObjectId;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Tells which subnets this end advertises, and which its peers do. */
@Component
public final class RouteStatus implements StatusProvider {
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
        Map<String, FarEnd> ends = new TreeMap<>();
        isessions.listening().peers().forEach(peer -> ends.put(peer.device(), peer));
        // Those that this end dials are the ones that flows go to.
        isessions.endpoints().values().forEach(list -> list.stream()
                .filter(FarEnd::ready)
                .forEach(endpoint -> ends.put(endpoint.device(), endpoint)));
        List<Status> all = new ArrayList<>();
        new TreeMap<>(isessions.core().settings().advertised()).forEach((name, advertised) -> advertised
                .route()
                .ifPresent(route ->
                        all.add(status(name, route, "this end", "configured", told(ends) + " peers were told of it"))));
        ends.forEach((device, end) -> end.routes()
                .all()
                .forEach(route -> all.add(status(
                        ObjectId.fullName(ObjectId.COMMON, device + "-" + route.subnet()),
                        route,
                        device,
                        "advertised",
                        route.include() ? "Traffic to it can go there" : "Traffic to it stays out of tunnels"))));
        return all;
    }

    private static long told(Map<String, FarEnd> ends) {
        return ends.values().stream().filter(end -> !end.fibres().isEmpty()).count();
    }

    private static Status status(String name, Route route, String by, String origin, String reason) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("dest", route.subnet().toString());
        values.put("advertised-by", by);
        values.put("origin", origin);
        values.put("metric", route.metric());
        values.put("include", route.include() ? "enabled" : "disabled");
        values.put("label", route.label());
        return new Status(
                name, route.include() ? Availability.AVAILABLE : Availability.OFFLINE, route.include(), reason, values);
    }
}
