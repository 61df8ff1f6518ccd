package org.ferrule.stats.internal;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.ferrule.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests for metrics, on threads of the server's own. */
final class MetricsHandler implements HttpHandler {
    static final String PATH = "/metrics";

    private static final Logger LOG = LoggerFactory.getLogger(MetricsHandler.class);
    private static final int FIRST_SIZE = 1 << 16;

    private final OpenMetricsTextFormatWriter writer = OpenMetricsTextFormatWriter.create();
    private final LongAdder answered = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final Supplier<List<KindStatus>> statuses;
    private final MetricsToken token;
    private final Supplier<MetricsSettings> settings;
    private volatile String obstacle = "";

    MetricsHandler(Supplier<List<KindStatus>> statuses, MetricsToken token, Supplier<MetricsSettings> settings) {
        this.statuses = statuses;
        this.token = token;
        this.settings = settings;
    }

    /** How often metrics were given. */
    long answered() {
        return answered.sum();
    }

    /** How often they were not, for want of the token. */
    long refused() {
        return refused.sum();
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(PATH)) {
                say(exchange, 404, "Metrics are at " + PATH);
            } else if (!admitted(exchange)) {
                refused.increment();
                exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer realm=\"metrics\"");
                say(exchange, 401, "The token of sys metrics is needed: Authorization: Bearer TOKEN");
            } else if (!exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET");
                say(exchange, 405, "Metrics can be fetched with GET only");
            } else {
                give(exchange);
                answered.increment();
            }
        } catch (RuntimeException | LinkageError e) {
            // The server would close the connection without a word anywhere.
            LOG.error("Metrics could not be given", e);
        }
    }

    private boolean admitted(HttpExchange exchange) {
        try {
            return token.admits(
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    settings.get().token());
        } catch (ConfigException e) {
            // Once: strangers could fill the log with it.
            if (!String.valueOf(e.getMessage()).equals(obstacle)) {
                obstacle = String.valueOf(e.getMessage());
                LOG.warn("Nobody can fetch metrics: {}", obstacle);
            }
            return false;
        }
    }

    private void give(HttpExchange exchange) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream(FIRST_SIZE);
        String accepted = exchange.getRequestHeaders().getFirst("Accept-Encoding");
        boolean packed = accepted != null && accepted.contains("gzip");
        try (OutputStream out = packed ? new GZIPOutputStream(content) : content) {
            writer.write(out, MetricReader.read(statuses.get()), EscapingScheme.UNDERSCORE_ESCAPING);
        }
        if (packed) {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        }
        exchange.getResponseHeaders().set("Content-Type", OpenMetricsTextFormatWriter.CONTENT_TYPE);
        send(exchange, 200, content.toByteArray());
    }

    private static void say(HttpExchange exchange, int code, String line) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        send(exchange, code, (line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int code, byte[] content) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(code, -1);
            return;
        }
        exchange.sendResponseHeaders(code, content.length);
        exchange.getResponseBody().write(content);
    }
}
