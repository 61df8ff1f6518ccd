package org.ferrule.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Finds ports that nobody uses. Any thread. */
public final class Ports {
    private static final int FIRST = 10_000;
    /** Where Linux begins to take ports for connections that go out (net.ipv4.ip_local_port_range). */
    private static final int EPHEMERAL = 32_768;

    private static final int ATTEMPTS = 100;

    /** What was found is often listened on much later: it is not given to a second one meanwhile. */
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /**
     * A free port of a loopback address; {@code wanted} itself if that is free. Else it is one that no connection which
     * goes out is ever given, so that it is still there for an appliance which stops and starts, and that was not given
     * before.
     */
    public static int free(String address, int wanted) {
        if (wanted != 0 && isFree(address, wanted)) {
            GIVEN.add(wanted);
            return wanted;
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, EPHEMERAL);
            if (GIVEN.add(port) && isFree(address, port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port on " + address + " from " + FIRST + " to " + EPHEMERAL);
    }

    private static boolean isFree(String address, int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(address))) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
