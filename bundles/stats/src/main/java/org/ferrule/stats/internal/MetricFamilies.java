package org.ferrule.stats.internal;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Values gathered under their metrics, in the form that the Prometheus client writes. What has the same name and labels is
 * added up: of a table with several rows for a device, monitoring wants the device.
 */
final class MetricFamilies {
    private final Map<String, Family> families = new TreeMap<>();

    private record Family(Metric metric, String help, Map<Labels, Double> points) {}

    /** Adds a value; the first of a name decides what the metric is. */
    void add(Metric metric, String help, Labels labels, double value) {
        families.computeIfAbsent(metric.name(), name -> new Family(metric, help, new LinkedHashMap<>()))
                .points()
                .merge(labels, value * metric.factor(), Double::sum);
    }

    MetricSnapshots snapshots() {
        List<MetricSnapshot> all = new ArrayList<>();
        families.values().forEach(family -> all.add(snapshot(family)));
        return new MetricSnapshots(all);
    }

    private static MetricSnapshot snapshot(Family family) {
        Metric metric = family.metric();
        MetricMetadata metadata = metric.unit().isEmpty()
                ? new MetricMetadata(metric.name(), family.help())
                : new MetricMetadata(metric.name(), family.help(), new Unit(metric.unit()));
        if (metric.counter()) {
            List<CounterDataPointSnapshot> points = new ArrayList<>();
            family.points()
                    .forEach((labels, value) -> points.add(new CounterDataPointSnapshot(value, labels, null, 0L)));
            return new CounterSnapshot(metadata, points);
        }
        List<GaugeDataPointSnapshot> points = new ArrayList<>();
        family.points().forEach((labels, value) -> points.add(new GaugeDataPointSnapshot(value, labels, null)));
        return new GaugeSnapshot(metadata, points);
    }
}
