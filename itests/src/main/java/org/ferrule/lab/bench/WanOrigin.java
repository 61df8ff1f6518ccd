package org.ferrule.lab.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/**
 * The web server of the data centre: {@code /KIND/FROM/LENGTH/MASK} is a part of a file, which begins anew where it ends
 * ({@link WanContent#mask}), {@code /} a small answer.
 */
public final class WanOrigin {
    private static final int CHUNK = 1 << 16;

    private final Path folder;
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();

    private WanOrigin(Path folder) {
        this.folder = folder;
    }

    /** Serves the files of a folder: {@code PORT FOLDER}. */
    public static void main(String[] args) throws IOException {
        // Headers and body are two writes: Nagle's algorithm would cost each answer a round trip.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        // Connections that are open for as long as a measurement takes would be closed after half a minute.
        System.setProperty("sun.net.httpserver.idleInterval", "600");
        WanOrigin origin = new WanOrigin(Path.of(args[1]));
        HttpServer server = HttpServer.create(new InetSocketAddress(Integer.parseInt(args[0])), 1024);
        server.createContext("/", origin::answer);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String[] path = exchange.getRequestURI().getPath().split("/");
            byte[] file = "a small answer".getBytes(StandardCharsets.US_ASCII);
            int from = 0;
            int length = file.length;
            int mask = 0;
            if (path.length == 5) {
                file = files.computeIfAbsent(path[1], this::read);
                from = Integer.parseInt(path[2]);
                length = Integer.parseInt(path[3]);
                mask = Integer.parseInt(path[4]);
            }
            exchange.sendResponseHeaders(200, length);
            OutputStream out = exchange.getResponseBody();
            byte[] chunk = new byte[CHUNK];
            for (int sent = 0; sent < length; ) {
                int at = (int) (((long) from + sent) % file.length);
                int size = Math.min(Math.min(CHUNK, length - sent), file.length - at);
                System.arraycopy(file, at, chunk, 0, size);
                WanContent.masked(chunk, size, WanContent.mask(mask, (long) from + sent, file.length));
                out.write(chunk, 0, size);
                sent += size;
            }
        }
    }

    private byte[] read(String name) {
        try {
            return Files.readAllBytes(folder.resolve(name));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
