package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.ferrule.config.kind.Addresses;

/**
 * What a peer says of itself in HELLO. It informs; what follows from it must not need to be true.
 *
 * @param device its host name; may be empty
 * @param histories how many histories of flows it keeps for the fibre
 * @param endpoints where it listens for tunnels, if it wants to be found
 */
record Greeting(String device, int histories, List<InetSocketAddress> endpoints) {
    /** Before it came. */
    static final Greeting NONE = of(Map.of());

    static final String DEVICE = "device";
    static final String PROGRAM = "program";
    static final String ENDPOINTS = "endpoints";

    /** The most addresses that are told and read. */
    static final int MOST_ENDPOINTS = 16;

    static Greeting of(ByteBuffer payload) throws ProtocolError {
        Frames.readInt(payload);
        return of(Frames.readPairs(payload));
    }

    private static Greeting of(Map<String, String> pairs) {
        return new Greeting(
                pairs.getOrDefault(DEVICE, ""),
                Histories.read(pairs.get(Histories.PAIR)),
                endpoints(pairs.getOrDefault(ENDPOINTS, "").trim()));
    }

    /** As it is told. */
    static String text(Collection<InetSocketAddress> endpoints) {
        return endpoints.stream()
                .map(Addresses::text)
                .sorted()
                .limit(MOST_ENDPOINTS)
                .collect(Collectors.joining(" "));
    }

    /** What is no address and port is left out, and so is what is too much. */
    private static List<InetSocketAddress> endpoints(String text) {
        List<InetSocketAddress> endpoints = new ArrayList<>();
        for (String word : text.split(" +")) {
            if (!word.isEmpty() && endpoints.size() < MOST_ENDPOINTS) {
                try {
                    InetSocketAddress endpoint = Addresses.endpoint(word);
                    if (endpoint.getPort() > 0) {
                        endpoints.add(endpoint);
                    }
                } catch (IllegalArgumentException e) {
                    // A later version may say more; what is known is taken.
                    continue;
                }
            }
        }
        return List.copyOf(endpoints);
    }
}
