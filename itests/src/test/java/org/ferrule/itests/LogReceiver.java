package org.ferrule.itests;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ServerSocketFactory;

/** A syslog server: takes messages with their length in front, and keeps them. */
final class LogReceiver implements AutoCloseable {
    private final ServerSocket listener;
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final List<String> breaches = new CopyOnWriteArrayList<>();
    private final List<Socket> connections = new CopyOnWriteArrayList<>();

    LogReceiver(ServerSocketFactory sockets, InetSocketAddress address) throws IOException {
        listener = sockets.createServerSocket(address.getPort(), 10, InetAddress.getByName(address.getHostString()));
        start(this::accept);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "log receiver");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (true) {
            try {
                Socket connection = listener.accept();
                connections.add(connection);
                start(() -> read(connection));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void read(Socket connection) {
        try (connection) {
            InputStream in = connection.getInputStream();
            while (message(in)) {
                continue;
            }
        } catch (IOException ended) {
            // A handshake that failed, or a connection that the test cut.
            return;
        }
    }

    private boolean message(InputStream in) throws IOException {
        ByteArrayOutputStream length = new ByteArrayOutputStream();
        int next = in.read();
        while (next >= '0' && next <= '9') {
            length.write(next);
            next = in.read();
        }
        if (next < 0) {
            return false;
        }
        if (next != ' ' || length.size() == 0) {
            breaches.add("after the digits \"" + length + "\" stands " + next);
            return false;
        }
        byte[] message = in.readNBytes(Integer.parseInt(length.toString(StandardCharsets.US_ASCII)));
        messages.add(new String(message, StandardCharsets.UTF_8));
        return true;
    }

    List<String> messages() {
        return List.copyOf(messages);
    }

    /** What was not framed as it should be. */
    List<String> breaches() {
        return List.copyOf(breaches);
    }

    boolean has(String text) {
        return messages.stream().anyMatch(message -> message.contains(text));
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }
}
