package org.ferrule.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** What becomes of a connection to a {@link RawServer}. */
public enum Fate {
    /** It is answered. */
    SERVED,
    /** It is refused, or ends. */
    ENDED,
    /** Nothing is heard of it. */
    WAITS;

    private static final int PATIENCE_MILLIS = 3000;

    /** What becomes of a new connection. */
    public static Fate of(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, PATIENCE_MILLIS);
            socket.getOutputStream().write(RawServer.ECHO);
            return of(socket);
        } catch (IOException e) {
            return ENDED;
        }
    }

    /** What becomes of one that is served by {@link RawServer#ECHO}. */
    public static Fate of(Socket socket) {
        try {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write('x');
            return socket.getInputStream().read() == 'x' ? SERVED : ENDED;
        } catch (SocketTimeoutException e) {
            return WAITS;
        } catch (IOException e) {
            return ENDED;
        }
    }
}
