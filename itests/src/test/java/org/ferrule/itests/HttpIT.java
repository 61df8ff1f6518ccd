package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.ferrule.lab.SitePlan;
import org.ferrule.lab.Sites;
import org.ferrule.lab.Tmsh;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An origin that compresses for whoever takes it, between two appliances: with an http profile it sends content as it is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class HttpIT {
    private static final int SIZE = 2_000_000;

    @TempDir
    static Path folder;

    private final byte[] page = page();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Sites sites;
    private HttpServer origin;
    private volatile String asked;

    /** A text that gzip makes a quarter smaller, and that repeats nowhere. */
    private static byte[] page() {
        byte[] noise = new byte[SIZE / 4 * 3];
        new Random(1).nextBytes(noise);
        return Base64.getEncoder().encode(noise);
    }

    /** The page with one line more at its beginning: gzip makes other bytes of all that follows. */
    private byte[] content(String path) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.write(
                path.equals("/page") ? new byte[0] : ("a line for " + path + "\n").getBytes(StandardCharsets.UTF_8));
        content.write(page);
        return content.toByteArray();
    }

    @BeforeAll
    void join() throws IOException {
        sites = Sites.onFreePorts(folder);
        origin = HttpServer.create(sites.originAddress(), 100);
        origin.createContext("/", this::answer);
        origin.setExecutor(threads);
        origin.start();
        sites.start().configure(command -> {});
        branch("create ltm profile http plain { description \"for de-duplication\" }");
        branch("modify ltm virtual web profiles add { plain }");
        sites.awaitTunnel(true);
        Sites.awaitPool(sites.dc(), "web_pool");
    }

    @AfterAll
    void part() {
        sites.close();
        origin.stop(0);
        threads.shutdownNow();
    }

    private String branch(String command) {
        try (Tmsh tmsh = sites.branch().ssh()) {
            return tmsh.must(command);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/")) {
                exchange.sendResponseHeaders(200, -1);
                return;
            }
            asked = String.join(", ", exchange.getRequestHeaders().get("Accept-Encoding"));
            byte[] content = content(path);
            if (asked.contains("gzip")) {
                ByteArrayOutputStream packed = new ByteArrayOutputStream();
                try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
                    gzip.write(content);
                }
                content = packed.toByteArray();
                exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            }
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
        }
    }

    /** Fetches a page as a client that takes gzip, checks what it gets, and gives what crossed the tunnel. */
    private long fetch(String path, Optional<String> coding) throws Exception {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        Sites.Traffic before = sites.traffic();
        HttpResponse<byte[]> response = client.send(
                HttpRequest.newBuilder(URI.create("http://" + SitePlan.member(sites.web()) + path))
                        .header("Accept-Encoding", "gzip, deflate")
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        Sites.Traffic crossed = sites.traffic().since(before);
        assertEquals(coding, response.headers().firstValue("Content-Encoding"));
        byte[] body = response.body();
        assertArrayEquals(
                content(path),
                coding.isEmpty() ? body : new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes());
        return crossed.tunnelIn() + crossed.tunnelOut();
    }

    @Test
    void whatHasChangedALittleCrossesAlmostFreeOnceTheOriginSendsItAsItIs() throws Exception {
        fetch("/page", Optional.of("gzip"));
        assertEquals("gzip, deflate", asked, "the profile leaves it alone");
        long packed = fetch("/packed", Optional.of("gzip"));
        assertTrue(packed > SIZE / 2, packed + " bytes crossed: gzip hid nothing");

        branch("modify ltm profile http plain accept-encoding identity");
        fetch("/page", Optional.empty());
        assertEquals("identity", asked);
        long changed = fetch("/changed", Optional.empty());
        assertTrue(changed < SIZE / 50, changed + " bytes crossed for what is known but for a line");

        assertTrue(branch("list ltm profile http plain").contains("accept-encoding identity"));
        try (Tmsh tmsh = sites.branch().ssh()) {
            JsonObject shown = tmsh.json("show ltm profile http plain")
                    .getAsJsonArray()
                    .get(0)
                    .getAsJsonObject();
            assertEquals(2, shown.get("requests").getAsInt(), shown.toString());
            assertEquals(2, shown.get("changedRequests").getAsInt(), shown.toString());
            assertEquals(0, shown.get("opaqueConnections").getAsInt(), shown.toString());
            String refused = tmsh.run("modify ltm virtual web profiles modify { plain { context clientside } }")
                    .toString();
            assertTrue(refused.contains("an http profile holds on both sides: { context all }"), refused);
        }
    }
}
