package org.ferrule.isession.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Tells how many servers were found; which they are, the advertised routes tell. */
@Component
public final class ServerDiscoveryStatus implements StatusProvider {
    private final IsessionService isessions;

    @Activate
    public ServerDiscoveryStatus(@Reference IsessionService isessions) {
        this.isessions = isessions;
    }

    @Override
    public String kind() {
        return ServerDiscovery.KIND;
    }

    @Override
    public List<Status> status() {
        Core core = isessions.core();
        ServerDiscovery wanted = core.settings().serverDiscovery();
        DiscoveredServers discovered = core.servers();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("discovered-routes", discovered.count());
        values.put("max-server-count", wanted.maxServerCount());
        values.put("left-out", discovered.surplus());
        boolean full = discovered.count() >= wanted.maxServerCount();
        String reason = !wanted.mode()
                ? "mode is disabled: no servers are looked for"
                : full
                        ? "There are as many as max-server-count allows"
                        : "Servers that connections are opened to are looked at";
        return List.of(new Status(
                "", wanted.mode() ? Availability.AVAILABLE : Availability.UNKNOWN, wanted.mode(), reason, values));
    }
}
