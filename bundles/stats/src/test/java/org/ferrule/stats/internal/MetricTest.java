package org.ferrule.stats.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricTest {
    @ParameterizedTest
    @CsvSource({
        "raw-bytes-in,            x_raw_in_bytes,             true,  1",
        "bits-out,                x_out_bytes,                true,  0.125",
        "total-connections,       x_connections,              true,  1",
        "current-connections,     x_current_connections,      false, 1",
        "maximum-connections,     x_maximum_connections,      false, 1",
        "memory-size,             x_memory_size_bytes,        false, 1",
        "index-memory,            x_index_memory_bytes,       false, 1",
        "encoders-without-memory, x_encoders_without_memory,  true,  1",
        "flows-refused-for-memory,x_flows_refused_for_memory, true,  1",
        "disk-files-unread,       x_disk_files_unread,        false, 1",
        "average-match,           x_average_match,            false, 1",
        "protocol-errors,         x_protocol_errors,          true,  1",
        "total,                   x,                          true,  1"
    })
    void whatCountsUpIsToldFromWhatGoesUpAndDownByItsName(String value, String name, boolean counter, double factor) {
        Metric metric = Metric.whole("x", value, false);
        assertEquals(name, metric.name());
        assertEquals(counter, metric.counter());
        assertEquals(factor, metric.factor());
    }

    @ParameterizedTest
    @CsvSource({"idle-seconds, x_idle_seconds, seconds", "member-count, x_member_count, ''", "fibres, x_fibres, ''"})
    void whatShowNeverScalesIsNoCounter(String value, String name, String unit) {
        assertEquals(new Metric(name, false, unit, 1), Metric.whole("x", value, true));
    }
}
