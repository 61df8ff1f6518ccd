package org.ferrule.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Finds ports that nobody uses. */
public final class Ports {
    private Ports() {}

    /** A free port of a loopback address; {@code wanted} itself if that is free. */
    public static int free(String address, int wanted) {
        try (ServerSocket socket = new ServerSocket(wanted, 1, InetAddress.getByName(address))) {
            return socket.getLocalPort();
        } catch (IOException taken) {
            if (wanted == 0) {
                throw new IllegalStateException("no free port on " + address + ": " + taken.getMessage(), taken);
            }
            return free(address, 0);
        }
    }
}
