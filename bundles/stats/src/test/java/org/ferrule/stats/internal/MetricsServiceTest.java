package org.ferrule.stats.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Draft;
import org.ferrule.config.Reservation;
import org.ferrule.config.Secrets;
import org.ferrule.testing.FakeDraft;
import org.ferrule.testing.References;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MetricsServiceTest {
    private static final String TOKEN = "correct-horse-battery-staple";

    /** Turns text round, so that a test sees whether something was sealed. */
    private static final Secrets SECRETS = new Secrets() {
        @Override
        public String seal(byte[] plain) {
            return PREFIX + new StringBuilder(new String(plain, StandardCharsets.UTF_8)).reverse();
        }

        @Override
        public byte[] open(String sealed) {
            return new StringBuilder(sealed.substring(PREFIX.length()))
                    .reverse()
                    .toString()
                    .getBytes(StandardCharsets.UTF_8);
        }
    };

    /** The module, as far as metrics are concerned. */
    private final class Alone implements ConfigModule {
        @Override
        public String module() {
            return "stats";
        }

        @Override
        public List<Class<? extends Record>> kinds() {
            return List.of(MetricsSettings.class);
        }

        @Override
        public void complete(Draft draft) throws ConfigException {
            service.complete(draft);
        }

        @Override
        public Reservation prepare(ConfigTree running, ConfigTree proposed) throws ConfigException {
            return service.prepare(running, proposed);
        }

        @Override
        public void reconcile(ConfigTree followed) {
            service.follow(followed);
        }
    }

    private final HttpClient client = HttpClient.newHttpClient();
    private final MetricsService service = new MetricsService(new Statuses(), null);
    private final ConfigModule module = new Alone();
    private ConfigTree tree = ConfigTree.of(List.of(new ConfigObject(MetricsSettings.ID, 1, Map.of())), List.of());
    private int port;

    @BeforeEach
    void start() throws IOException {
        service.bindSecrets(References.reference(), SECRETS);
        module.reconcile(tree);
        port = free();
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void set(Map<String, Object> values) throws ConfigException {
        FakeDraft draft = new FakeDraft(tree);
        Map<String, Object> all =
                new HashMap<>(tree.get(MetricsSettings.ID).orElseThrow().properties());
        all.putAll(values);
        draft.put(MetricsSettings.ID, all);
        tree = draft.commit(module);
    }

    private void enable() throws ConfigException {
        set(Map.of("mode", "enabled", "token", TOKEN, "tls-profile", "none", "port", Integer.toString(port)));
    }

    private HttpResponse<byte[]> fetch(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(java.time.Duration.ofSeconds(20));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    @Test
    void nothingListensBeforeItIsEnabled() {
        assertThrows(ConnectException.class, () -> fetch("/metrics"));
    }

    @Test
    void whoHasTheTokenGetsMetricsAndNobodyElse() throws Exception {
        enable();
        HttpResponse<byte[]> page = fetch("/metrics", "Authorization", "Bearer " + TOKEN);
        assertEquals(200, page.statusCode());
        assertEquals(
                "application/openmetrics-text; version=1.0.0; charset=utf-8",
                page.headers().firstValue("Content-Type").orElseThrow());
        assertEquals("# EOF\n", new String(page.body(), StandardCharsets.UTF_8));
        HttpResponse<byte[]> packed = fetch("/metrics", "Authorization", "bearer " + TOKEN, "Accept-Encoding", "gzip");
        assertEquals(
                "# EOF\n",
                new String(
                        new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes(),
                        StandardCharsets.UTF_8));
        for (String wrong : List.of("Bearer " + TOKEN + "x", "Bearer ", "Basic " + TOKEN, TOKEN)) {
            assertEquals(401, fetch("/metrics", "Authorization", wrong).statusCode(), wrong);
        }
        HttpResponse<byte[]> none = fetch("/metrics");
        assertEquals(401, none.statusCode());
        assertEquals(
                "Bearer realm=\"metrics\"",
                none.headers().firstValue("WWW-Authenticate").orElseThrow());
        assertEquals(404, fetch("/", "Authorization", "Bearer " + TOKEN).statusCode());
        assertEquals(
                404, fetch("/metrics/more", "Authorization", "Bearer " + TOKEN).statusCode());
    }

    @Test
    void aTokenIsSealedAndFollowsAChange() throws Exception {
        enable();
        Object stored = tree.get(MetricsSettings.ID).orElseThrow().properties().get("token");
        assertFalse(stored.toString().contains(TOKEN), stored.toString());
        set(Map.of("token", "another-horse-battery-staple"));
        assertEquals(401, fetch("/metrics", "Authorization", "Bearer " + TOKEN).statusCode());
        assertEquals(
                200,
                fetch("/metrics", "Authorization", "Bearer another-horse-battery-staple")
                        .statusCode());
    }

    @Test
    void itMovesAndEndsWithTheConfiguration() throws Exception {
        enable();
        int before = port;
        port = free();
        enable();
        assertEquals(401, fetch("/metrics").statusCode());
        port = before;
        assertThrows(ConnectException.class, () -> fetch("/metrics"));
        set(Map.of("address", "0.0.0.0", "mode", "disabled"));
        assertThrows(ConnectException.class, () -> fetch("/metrics"));
    }

    @Test
    void whatCannotBeIsRefusedAndNothingChanges() throws Exception {
        refused("token must be set", Map.of("mode", "enabled", "tls-profile", "none"));
        refused("at least 20", Map.of("token", "short"));
        enable();
        refused("in the clear", Map.of("address", "0.0.0.0"));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            refused("is in use", Map.of("port", Integer.toString(taken.getLocalPort())));
        }
        assertEquals(200, fetch("/metrics", "Authorization", "Bearer " + TOKEN).statusCode());
    }

    private void refused(String why, Map<String, Object> values) {
        ConfigException refusal = assertThrows(ConfigException.class, () -> set(values));
        assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
    }

    /** A port that was lost, as after a restart, must not keep anybody from changing something else. */
    @Test
    void whatDoesNotChangeRefusesNothing() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<String, Object> values =
                    Map.of("mode", "enabled", "token", TOKEN, "tls-profile", "none", "port", "" + taken.getLocalPort());
            ConfigTree loaded = tree.with(new ConfigObject(MetricsSettings.ID, 1, values));
            module.reconcile(loaded);
            module.prepare(loaded, loaded).close();
        }
    }

    /** Another module refuses after the port was taken: the old one must answer as before. */
    @Test
    void aTransactionThatDoesNotComeToPassLeavesNoTrace() throws Exception {
        enable();
        int other = free();
        ConfigTree proposed = tree.with(new ConfigObject(
                MetricsSettings.ID,
                1,
                Map.of(
                        "mode",
                        "enabled",
                        "token",
                        SECRETS.seal(new byte[0]),
                        "tls-profile",
                        "none",
                        "port",
                        "" + other)));
        module.prepare(tree, proposed).close();
        assertEquals(401, fetch("/metrics").statusCode());
        port = other;
        assertThrows(ConnectException.class, () -> fetch("/metrics"));
    }
}
