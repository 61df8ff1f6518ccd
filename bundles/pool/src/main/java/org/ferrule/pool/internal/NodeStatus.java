package org.ferrule.pool.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Tells how nodes fare. */
@Component
public final class NodeStatus implements StatusProvider {
    private final PoolService pools;

    @Activate
    public NodeStatus(@Reference PoolService pools) {
        this.pools = pools;
    }

    @Override
    public String kind() {
        return "ltm node";
    }

    @Override
    public List<Status> status() {
        return pools.nodes().entrySet().stream()
                .map(n -> of(n.getKey(), n.getValue()))
                .toList();
    }

    private static Status of(String name, NodeKind node) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("address", String.valueOf(node.address()));
        boolean down = node.state() == PoolKind.State.USER_DOWN;
        return new Status(
                name,
                down ? Availability.OFFLINE : Availability.UNKNOWN,
                node.session() == PoolKind.Session.USER_ENABLED,
                down ? "Manually forced offline" : "Node address does not have service checking enabled",
                values);
    }
}
