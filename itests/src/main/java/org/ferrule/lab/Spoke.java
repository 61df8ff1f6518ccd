package org.ferrule.lab;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A host that knows of no appliance, as a process of its own: a server of one file, or a client that fetches it. */
public final class Spoke {
    private static final int PATIENCE = 20_000;

    private Spoke() {}

    /** The command that runs it: {@code serve ADDRESS PORT FILE}, or {@code fetch URL FILE}. */
    public static List<String> command(String... arguments) {
        try {
            Path classes = Path.of(Spoke.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return java.util.stream.Stream.concat(
                            java.util.stream.Stream.of(
                                    ProcessHandle.current().info().command().orElse("java"),
                                    "-cp",
                                    classes.toString(),
                                    Spoke.class.getName()),
                            Arrays.stream(arguments))
                    .toList();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A server answers who its client seems to be in a header; a client prints that if all bytes are right. */
    public static void main(String[] args) throws IOException {
        if (args[0].equals("serve")) {
            serve(new InetSocketAddress(args[1], Integer.parseInt(args[2])), Path.of(args[3]));
        } else {
            System.out.println(fetch(URI.create(args[1]), Path.of(args[2])));
        }
    }

    private static void serve(InetSocketAddress at, Path file) throws IOException {
        HttpServer server = HttpServer.create(at, 64);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.getResponseHeaders()
                        .set(
                                "X-Client",
                                exchange.getRemoteAddress().getAddress().getHostAddress());
                exchange.sendResponseHeaders(200, Files.size(file));
                Files.copy(file, exchange.getResponseBody());
            }
        });
        server.start();
        System.out.println("serving");
    }

    private static String fetch(URI uri, Path expected) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout(PATIENCE);
        connection.setReadTimeout(PATIENCE);
        byte[] got = connection.getInputStream().readAllBytes();
        int differs = Arrays.mismatch(got, Files.readAllBytes(expected));
        if (differs >= 0) {
            throw new IOException(uri + " differs at byte " + differs);
        }
        return connection.getHeaderField("X-Client");
    }
}
