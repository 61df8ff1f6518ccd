package org.ferrule.lab;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * A file that was fetched over HTTP and compared byte by byte with what it should be.
 *
 * @param bytes how many bytes the client got
 * @param nanos from the request to the last byte
 * @param servedBy the server that answered, by its own word
 */
public record Fetch(long bytes, long nanos, String servedBy) {
    private static final int CHUNK = 1 << 16;

    /** Fetches over a connection of its own. Fails if any byte differs. */
    public static Fetch compare(InetSocketAddress at, String path, Path expected) {
        // One client a fetch: a connection kept from before would go where it went before.
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
        String host = at.getAddress().getHostAddress();
        URI uri = URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + at.getPort() + path);
        HttpRequest request =
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60)).build();
        long start = System.nanoTime();
        try {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(uri + " answered " + response.statusCode());
            }
            long bytes = compare(uri, response.body(), expected);
            String servedBy = response.headers().firstValue("X-Served-By").orElse("?");
            return new Fetch(bytes, System.nanoTime() - start, servedBy);
        } catch (IOException e) {
            throw new IllegalStateException(uri + " cannot be fetched: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static long compare(URI uri, InputStream body, Path expected) throws IOException {
        long at = 0;
        try (body;
                InputStream file = Files.newInputStream(expected)) {
            while (true) {
                byte[] got = body.readNBytes(CHUNK);
                byte[] wanted = file.readNBytes(CHUNK);
                int differs = Arrays.mismatch(got, wanted);
                if (differs >= 0) {
                    throw new IllegalStateException(uri + " differs from " + expected + " at byte " + (at + differs));
                }
                at += got.length;
                if (got.length == 0) {
                    return at;
                }
            }
        }
    }
}
