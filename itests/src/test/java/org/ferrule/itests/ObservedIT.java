package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.ferrule.lab.AgentClient;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;
import org.ferrule.lab.Ports;
import org.ferrule.lab.RawClient;
import org.ferrule.lab.RawServer;
import org.ferrule.lab.SitePlan;
import org.ferrule.lab.SshKey;
import org.ferrule.lab.Tmsh;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an appliance tells of itself: metrics for whoever has the token, its health, its performance. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(300)
class ObservedIT {
    private static final String ADDRESS = "127.0.10.1";
    private static final String TOKEN = "a-token-of-this-test-alone";
    private static final int BYTES = 3_000_000;

    @TempDir
    static Path folder;

    private Appliance appliance;
    private RawServer server;
    private Tmsh tmsh;
    private InetSocketAddress virtual;
    private int port;

    @BeforeAll
    void start() throws Exception {
        server = RawServer.on(ADDRESS);
        virtual = new InetSocketAddress(ADDRESS, Ports.free(ADDRESS, 0));
        port = Ports.free(ADDRESS, 0);
        appliance = Appliance.of("observed", folder.resolve("home"), ADDRESS, Ports.free(ADDRESS, 0), SshKey.generate())
                .start();
        tmsh = appliance.ssh();
        tmsh.must("modify sys health interval 1");
        tmsh.must("create ltm monitor tcp quick interval 1 timeout 3");
        tmsh.must("create ltm pool raw members add { " + server.member() + " } monitor quick");
        tmsh.must("create ltm virtual raw destination " + SitePlan.member(virtual) + " pool raw");
        tmsh.must("save sys config");
    }

    @AfterAll
    void stop() throws IOException {
        tmsh.close();
        appliance.close();
        server.close();
    }

    private HttpResponse<String> fetch(boolean tls, String path, String token) throws Exception {
        HttpClient.Builder client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
        if (tls) {
            client.sslContext(anybody());
        }
        String url = (tls ? "https://" : "http://") + ADDRESS + ":" + port + path;
        return client.build()
                .send(
                        HttpRequest.newBuilder(URI.create(url))
                                .header("Authorization", "Bearer " + token)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    /** The shipped profile's certificate is self-signed, for a name that is no address. */
    private static SSLContext anybody() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
        return context;
    }

    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Values by series. */
    private Map<String, Double> scrape() throws Exception {
        HttpResponse<String> page = fetch(true, "/metrics", TOKEN);
        assertEquals(200, page.statusCode(), page.body());
        assertTrue(page.body().endsWith("# EOF\n"), page.body());
        Map<String, Double> series = new TreeMap<>();
        for (String line : page.body().split("\n")) {
            if (!line.startsWith("#")) {
                int end = line.lastIndexOf(' ');
                series.put(line.substring(0, end), Double.valueOf(line.substring(end + 1)));
            }
        }
        return series;
    }

    @Test
    @Order(1)
    void metricsAreForWhoHasTheToken() throws Exception {
        assertThrows(ConnectException.class, () -> fetch(true, "/metrics", TOKEN), "nothing may listen by itself");
        String refused = tmsh.run("modify sys metrics mode enabled").err();
        assertTrue(refused.contains("token must be set"), refused);
        tmsh.must("modify sys metrics mode enabled address " + ADDRESS + " port " + port + " token " + TOKEN);
        assertEquals(401, fetch(true, "/metrics", "wrong").statusCode());
        assertEquals(404, fetch(true, "/", TOKEN).statusCode());
        assertThrows(IOException.class, () -> fetch(false, "/metrics", TOKEN), "TLS only");
        assertFalse(tmsh.must("list sys metrics").contains(TOKEN));
        assertFalse(appliance.log().contains(TOKEN));

        Map<String, Double> before = scrape();
        RawClient.transfer(virtual, BYTES, BYTES, 1);
        String out = "ferrule_ltm_virtual_clientside_out_bytes_total{name=\"/Common/raw\"}";
        Await.until("the bytes are counted", () -> {
            try {
                return scrape().get(out) >= before.get(out) + BYTES;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        Map<String, Double> after = scrape();
        before.forEach((series, value) -> {
            if (series.matches("[a-z0-9_]+_total(\\{.*)?")) {
                assertTrue(after.getOrDefault(series, value) >= value, series + " went down: it is no counter");
            }
        });
        assertTrue(
                after.get("ferrule_ltm_pool_member_serverside_connections_total{member=\"" + server.member()
                                + "\",name=\"/Common/raw\"}")
                        >= 1,
                after.toString());
        JsonObject status = shown("sys metrics");
        assertTrue(status.get("requests").getAsInt() >= 3, status.toString());
        assertEquals(1, status.get("refusedRequests").getAsInt(), status.toString());

        whoSaysNothingIsLetGo();
        tmsh.must("modify sys metrics mode disabled");
        assertThrows(ConnectException.class, () -> fetch(true, "/metrics", TOKEN));
    }

    /** More than there are threads, which neither finish their request nor go. */
    private void whoSaysNothingIsLetGo() throws Exception {
        Socket[] slow = new Socket[20];
        for (int i = 0; i < slow.length; i++) {
            slow[i] = new Socket(ADDRESS, port);
            slow[i].getOutputStream().write(new byte[] {22, 3, 1});
        }
        for (Socket socket : slow) {
            // To wait here for good would be what must not be.
            socket.setSoTimeout(120_000);
            try (socket) {
                while (socket.getInputStream().read() >= 0) {
                    // An alert may come first.
                }
            } catch (java.net.SocketException reset) {
                // As good.
                continue;
            }
        }
        assertEquals(200, fetch(true, "/metrics", TOKEN).statusCode());
    }

    private JsonObject shown(String what) {
        return tmsh.json("show " + what).getAsJsonArray().get(0).getAsJsonObject();
    }

    /** The problem of that subject, or null. */
    private JsonObject problem(String subject) {
        JsonElement parts = shown("sys health").get("parts");
        if (parts != null) {
            for (JsonElement part : parts.getAsJsonArray()) {
                if (part.getAsJsonObject().get("name").getAsString().equals(subject)) {
                    return part.getAsJsonObject();
                }
            }
        }
        return null;
    }

    @Test
    @Order(2)
    void healthTurnsBadWhenAMemberDiesAndGoodAgain() throws Exception {
        RawServer mortal = RawServer.on(ADDRESS);
        tmsh.must("create ltm pool frail members add { " + mortal.member() + " } monitor quick");
        Await.until("the unsaved pool is told of", () -> problem("configuration") != null);
        Await.until(
                "the pool is up",
                () -> shown("ltm pool frail").get("availability").getAsString().equals("available"));
        Await.until("nothing is told of the pool", () -> problem("ltm pool /Common/frail") == null);
        mortal.close();
        Await.until("the pool is told of", () -> problem("ltm pool /Common/frail") != null);
        JsonObject problem = problem("ltm pool /Common/frail");
        assertEquals(
                "The children pool member(s) are down", problem.get("reason").getAsString());
        assertTrue(problem.get("toDo").getAsString().contains("show ltm pool"), problem.toString());
        assertEquals("offline", shown("sys health").get("availability").getAsString());
        assertTrue(tmsh.must("show sys health").contains("Sys::Problem: ltm pool /Common/frail"));
        tmsh.must("delete ltm pool frail");
        tmsh.must("save sys config");
        Await.until("all is well", () -> problem("ltm pool /Common/frail") == null && problem("configuration") == null);
        assertTrue(appliance.log().contains("Health: ltm pool /Common/frail: all right again"));
    }

    @Test
    @Order(3)
    void aModuleThatIsStoppedIsToldOf() throws IOException {
        try (AgentClient agent = AgentClient.deploy(appliance)) {
            for (String module : List.of("codec-bzip2", "pool")) {
                String line = agent.ask("bundles").stream()
                        .filter(l -> l.startsWith("org.ferrule." + module + " "))
                        .findFirst()
                        .orElseThrow();
                String bundle = line.substring(0, line.lastIndexOf(' '));
                String subject = "module " + bundle.substring("org.ferrule.".length());
                agent.ask("stop " + bundle);
                Await.until(module + " is told of", () -> problem(subject) != null);
                assertEquals("it is stopped", problem(subject).get("reason").getAsString());
                if (module.equals("pool")) {
                    Await.until("its kinds are told of", () -> problem("ltm pool") != null);
                }
                agent.ask("start " + bundle);
                Await.until(module + " is well again", () -> problem(subject) == null && problem("ltm pool") == null);
            }
        }
    }

    /** A measure's row of the last hour. */
    private JsonObject lastHour(String part, String measure) {
        JsonObject shown = shown("sys performance " + part);
        assertEquals(1, shown.get("parts").getAsJsonArray().size(), shown.toString());
        for (JsonElement row : shown.get("parts")
                .getAsJsonArray()
                .get(0)
                .getAsJsonObject()
                .get("lastHour")
                .getAsJsonArray()) {
            if (row.getAsJsonObject().get("measure").getAsString().equals(measure)) {
                return row.getAsJsonObject();
            }
        }
        throw new AssertionError(measure + " is not in " + shown);
    }

    private static long known(JsonObject row) {
        return StreamSupport.stream(row.get("history").getAsJsonArray().spliterator(), false)
                .filter(point -> !point.isJsonNull())
                .count();
    }

    @Test
    @Order(4)
    void performanceIsRememberedOverACrash() throws Exception {
        Await.until("traffic is measured", () -> {
            try {
                RawClient.transfer(virtual, BYTES, BYTES, 1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            JsonElement now = lastHour("throughput", "client-bits-in").get("now");
            return !now.getAsString().equals("-") && now.getAsLong() > BYTES;
        });
        Await.until("a minute is over", () -> known(lastHour("system", "cpu-percent")) > 0);
        String drawn = tmsh.must("show sys performance all-stats");
        assertTrue(
                drawn.contains("Sys::Performance Statistic: throughput")
                        && drawn.contains("Sys::Performance Statistic: system"),
                drawn);
        assertTrue(drawn.matches("(?s).*client-bits-in .*[▁▂▃▄▅▆▇█].*"), drawn);
        tmsh.close();
        appliance.kill();
        appliance.start();
        tmsh = appliance.ssh();
        assertTrue(known(lastHour("system", "cpu-percent")) > 0, "a crash forgets no minute that was over");
    }
}
