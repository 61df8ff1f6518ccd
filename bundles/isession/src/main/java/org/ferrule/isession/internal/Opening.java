package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.ferrule.config.kind.Addresses;
import org.ferrule.isession.internal.ProtocolError.Rule;
import org.ferrule.traffic.VirtualServers;

/**
 * What the end that opens a flow says of it.
 *
 * @param client who asked for it
 * @param destination whom the client called
 * @param target how the far end looks for the virtual server
 * @param via the appliances that it passed in tunnels, each by a text that is its own, the one that opens it last
 * @param domain its trust domain: its data is never compared with that of others
 */
record Opening(
        InetSocketAddress client, InetSocketAddress destination, String target, List<String> via, String domain) {
    /** The most appliances that a flow may pass. */
    static final int MOST_VIA = 8;

    private static final Pattern ZONE = Pattern.compile("%.*(?=\\.\\d+$)");
    private static final String CLIENT = "client";
    private static final String DESTINATION = "destination";
    private static final String TARGET = "target-virtual";
    private static final String VIA = "via";
    private static final String DOMAIN = "trust-domain";

    /** Without a trust domain. */
    Opening(InetSocketAddress client, InetSocketAddress destination, String target, List<String> via) {
        this(client, destination, target, via, "");
    }

    Opening in(String trustDomain) {
        return new Opening(client, destination, target, via, trustDomain);
    }

    Map<String, String> pairs() {
        Map<String, String> pairs = new LinkedHashMap<>();
        pairs.put(CLIENT, text(client));
        pairs.put(DESTINATION, text(destination));
        pairs.put(TARGET, target);
        pairs.put(VIA, String.join(" ", via));
        if (!domain.isEmpty()) {
            pairs.put(DOMAIN, domain);
        }
        return pairs;
    }

    /** Without the zone of an IPv6 address: it names an interface of this host. */
    private static String text(InetSocketAddress endpoint) {
        return ZONE.matcher(Addresses.text(endpoint)).replaceFirst("");
    }

    static Opening of(Map<String, String> pairs) throws ProtocolError {
        String via = pairs.getOrDefault(VIA, "").trim();
        return new Opening(
                address(pairs, CLIENT),
                address(pairs, DESTINATION),
                pairs.getOrDefault(TARGET, VirtualServers.VIRTUAL_MATCH_ALL),
                via.isEmpty() ? List.of() : List.of(via.split(" +")),
                pairs.getOrDefault(DOMAIN, ""));
    }

    private static InetSocketAddress address(Map<String, String> pairs, String name) throws ProtocolError {
        try {
            return Addresses.endpoint(pairs.getOrDefault(name, ""));
        } catch (IllegalArgumentException e) {
            throw new ProtocolError(Rule.FRAME_CONTENT, "a flow's " + name + " is no address and port");
        }
    }

    /** Why an appliance should not take it, since it would go round; "" if it may. */
    String circle(String self) {
        if (via.contains(self)) {
            return "it came round in a circle: it passed this appliance already";
        }
        return via.size() > MOST_VIA
                ? "it passed " + via.size() + " appliances, and at most " + MOST_VIA + " may be"
                : "";
    }
}
