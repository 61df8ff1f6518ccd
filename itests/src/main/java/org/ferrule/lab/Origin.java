package org.ferrule.lab;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** A web server with real files, which says in a header who served them, and counts its requests. */
public final class Origin implements AutoCloseable {
    private static final int CHUNK = 1 << 16;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Path> files;
    private final String name;
    private final AtomicLong requests = new AtomicLong();

    private Origin(HttpServer server, String name, Map<String, Path> files) {
        this.server = server;
        this.name = name;
        this.files = files;
    }

    /** Serves the files under their paths ({@code /jar}); {@code /} answers with the server's name. */
    public static Origin serve(String name, InetSocketAddress address, Map<String, Path> files) {
        try {
            Origin origin = new Origin(HttpServer.create(address, 1024), name, files);
            origin.server.createContext("/", origin::answer);
            origin.server.setExecutor(origin.threads);
            origin.server.start();
            return origin;
        } catch (IOException e) {
            throw new IllegalStateException("the origin cannot listen on " + address + ": " + e.getMessage(), e);
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    /** Requests for files so far; a monitor's do not count. */
    public long requests() {
        return requests.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("X-Served-By", name);
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/")) {
                byte[] body = name.getBytes(java.nio.charset.StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
                return;
            }
            requests.incrementAndGet();
            Path file = files.get(path);
            if (file == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            send(exchange, file);
        }
    }

    private static void send(HttpExchange exchange, Path file) throws IOException {
        long size = Files.size(file);
        exchange.sendResponseHeaders(200, size == 0 ? -1 : size);
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(chunk); n > 0; n = in.read(chunk)) {
                exchange.getResponseBody().write(chunk, 0, n);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
