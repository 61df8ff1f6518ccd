package org.ferrule.virtual.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.kind.Subnet;
import org.ferrule.stream.Network;
import org.ferrule.stream.PrivilegeException;

/** Refuses virtual servers that are in each other's way, or that cannot be had; reserves the ports of the others. */
final class VirtualRules {
    private final Ports ports;
    private final Optional<Network> network;

    private VirtualRules(Ports ports, Optional<Network> network) {
        this.ports = ports;
        this.network = network;
    }

    /** What no two virtual servers may share on the same networks. */
    private record Called(Destination destination, Subnet source) {}

    /**
     * Reserves the ports of all virtual servers.
     *
     * @param ports where; what was reserved when one is refused is left to the caller
     * @throws ConfigException names the first virtual server that cannot be had, and why
     */
    static void reserve(ConfigTree proposed, Ports ports, Optional<Network> network) throws ConfigException {
        new VirtualRules(ports, network).reserve(proposed);
    }

    private void reserve(ConfigTree proposed) throws ConfigException {
        Map<Called, String> onNetworks = new HashMap<>();
        Map<Called, String> fromTunnels = new HashMap<>();
        Map<InetSocketAddress, Ports.Port> wanted = new HashMap<>();
        Map<InetSocketAddress, Plan> askedBy = new HashMap<>();
        for (Map.Entry<String, VirtualKind> entry : new TreeMap<>(proposed.views(VirtualKind.class)).entrySet()) {
            String name = entry.getKey();
            Plan plan = Plan.of(proposed, name, entry.getValue());
            Called called = new Called(plan.destination(), plan.source());
            String other = plan.bound() ? onNetworks.putIfAbsent(called, name) : null;
            if (other == null && plan.fromTunnels()) {
                other = fromTunnels.putIfAbsent(called, name);
            }
            if (other != null) {
                throw new ConfigException("01070333:3: Virtual Server " + name
                        + " illegally shares destination address, source address, service port, ip-protocol, and vlan"
                        + " with Virtual Server " + other + ".");
            }
            if (plan.bound() && plan.enabled()) {
                Ports.Port port = Ports.Port.of(plan);
                Ports.Port merged = wanted.merge(plan.listener(), port, Ports.Port::and);
                if (merged.equals(port)) {
                    askedBy.put(plan.listener(), plan);
                }
            }
            checkSource(plan);
        }
        if (ports.network() != null) {
            for (Ports.Port port : wanted.values()) {
                reserve(askedBy.get(port.address()), port);
            }
        }
    }

    private void checkSource(Plan plan) throws ConfigException {
        Optional<IOException> obstacle =
                plan.keepsSource() ? network.flatMap(Network::notTransparent) : Optional.empty();
        if (obstacle.isPresent() && !comesLater(obstacle.get())) {
            throw ConfigException.invalid("Virtual Server " + plan.name() + ": snat none cannot be had: "
                    + obstacle.get().getMessage() + ".");
        }
    }

    /** What the process has after a restart must not be refused: else it could not be saved for that. */
    private static boolean comesLater(IOException obstacle) {
        return obstacle instanceof PrivilegeException missing && missing.afterRestart();
    }

    private void reserve(Plan plan, Ports.Port port) throws ConfigException {
        try {
            ports.reserve(port);
        } catch (IOException e) {
            if (comesLater(e)) {
                return;
            }
            String what = "Virtual Server " + plan.name() + ": ";
            throw ConfigException.invalid(
                    port.interception().isPresent()
                            ? what + "connections to " + plan.destination().text() + " cannot be intercepted on port "
                                    + port.address().getPort() + " by "
                                    + port.interception().get().name().toLowerCase(Locale.ROOT) + ": " + e.getMessage()
                                    + ". interception-port chooses another port, interception another method."
                            : what + "destination " + plan.destination().text() + " cannot be listened on: "
                                    + e.getMessage()
                                    + ". Choose an address of this host and a port that nobody uses.");
        }
    }
}
