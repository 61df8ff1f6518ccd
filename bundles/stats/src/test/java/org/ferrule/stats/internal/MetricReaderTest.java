package org.ferrule.stats.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;
import org.junit.jupiter.api.Test;

class MetricReaderTest {
    private static String text(KindStatus... kinds) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        OpenMetricsTextFormatWriter.create()
                .write(out, MetricReader.read(List.of(kinds)), EscapingScheme.UNDERSCORE_ESCAPING);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static KindStatus kind(String kind, Status... objects) {
        return new KindStatus(kind, List.of(objects), "");
    }

    private static Status status(String name, Map<String, Object> values) {
        return new Status(name, Availability.AVAILABLE, true, "fine", values);
    }

    private static void assertHas(String line, String text) {
        assertTrue(text.contains("\n" + line + "\n"), () -> line + " is not in:\n" + text);
    }

    @Test
    void anObjectWithItsPartsAndSectionsIsFoundByItsName() throws IOException {
        Map<String, Object> traffic = Map.of("bits-in", 80L, "current-connections", 3L);
        Status pool = new Status(
                "/Common/web",
                Availability.OFFLINE,
                true,
                "down",
                Map.of("member-count", 2, "serverside", traffic),
                List.of(new Status.Part("Pool Member", status("10.0.0.1:80", Map.of("serverside", traffic)))));
        String text = text(kind("ltm pool", pool));
        assertHas("ferrule_ltm_pool_availability{availability=\"offline\",name=\"/Common/web\"} 1.0", text);
        assertHas("ferrule_ltm_pool_availability{availability=\"available\",name=\"/Common/web\"} 0.0", text);
        assertHas("ferrule_ltm_pool_enabled{name=\"/Common/web\"} 1.0", text);
        assertHas("ferrule_ltm_pool_member_count{name=\"/Common/web\"} 2.0", text);
        assertHas("# TYPE ferrule_ltm_pool_serverside_in_bytes counter", text);
        assertHas("# UNIT ferrule_ltm_pool_serverside_in_bytes bytes", text);
        assertHas("ferrule_ltm_pool_serverside_in_bytes_total{name=\"/Common/web\"} 10.0", text);
        assertHas(
                "ferrule_ltm_pool_member_serverside_current_connections{member=\"10.0.0.1:80\",name=\"/Common/web\"} 3.0",
                text);
        assertTrue(text.endsWith("# EOF\n"), text);
    }

    @Test
    void rowsAreFoundByTheirFirstColumnAndAddedUpWhereThatIsTheSame() throws IOException {
        Map<String, Object> values = Map.of(
                "peers",
                List.of(row("device", "/Common/dc", "hits", 4L), row("device", "/Common/dc", "hits", 5L)),
                "errors-by-rule",
                Map.of("bad-length", 7L));
        String text = text(kind("wom deduplication", status("", values)));
        assertHas("ferrule_wom_deduplication_peers_hits_total{device=\"/Common/dc\"} 9.0", text);
        assertHas("ferrule_wom_deduplication_errors_total{rule=\"bad-length\"} 7.0", text);
    }

    private static Map<String, Object> row(String key, String of, String name, Object value) {
        Map<String, Object> row = new java.util.LinkedHashMap<>();
        row.put(key, of);
        row.put(name, value);
        return row;
    }

    @Test
    void ofTextsOnlyMomentsAndMeasuresAreTaken() throws IOException {
        String text = text(kind(
                "cm device",
                status(
                        "/Common/a",
                        Map.of(
                                "certificate-expires", "2027-01-01T00:00:00Z",
                                "round-trip-time", "12.50 ms",
                                "fill", "25.0 %",
                                "port", "8000",
                                "version", "1.2.3"))));
        assertHas("ferrule_cm_device_certificate_expires_timestamp_seconds{name=\"/Common/a\"} 1.7987616E9", text);
        assertHas("ferrule_cm_device_round_trip_time_seconds{name=\"/Common/a\"} 0.0125", text);
        assertHas("ferrule_cm_device_fill_ratio{name=\"/Common/a\"} 0.25", text);
        assertFalse(text.contains("port") || text.contains("version"), text);
    }

    /** Whatever a kind calls its values, the page stays readable: one name would spoil it for all. */
    @Test
    void namesThatOpenMetricsKeepsForItselfSpoilNothing() throws IOException {
        Map<String, Object> values =
                Map.of("info", 1L, "created", 2L, "bytes-total", 3L, "total", 4L, "1st", 5L, "name", 6L, "bucket", 7);
        String text = text(
                kind("x y", status("/Common/\"quoted\"\n", values)), kind("x y-total", status("", Map.of("a", 1L))));
        assertTrue(text.contains("name=\"/Common/\\\"quoted\\\"\\n\""), text);
    }

    @Test
    void anOwnerThatFailsHidesNoOther() {
        StatusProvider broken = provider("ltm node", () -> {
            throw new IllegalStateException("no wiring");
        });
        StatusProvider fine = provider("ltm pool", () -> List.of(status("/Common/a", Map.of())));
        List<KindStatus> all = Statuses.ask(List.of(broken, fine));
        assertEquals("java.lang.IllegalStateException: no wiring", all.get(0).problem());
        assertEquals(1, all.get(1).objects().size());
    }

    private static StatusProvider provider(String kind, java.util.function.Supplier<List<Status>> status) {
        return new StatusProvider() {
            @Override
            public String kind() {
                return kind;
            }

            @Override
            public List<Status> status() {
                return status.get();
            }
        };
    }
}
