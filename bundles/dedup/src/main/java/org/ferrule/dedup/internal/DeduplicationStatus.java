package org.ferrule.dedup.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Tells what de-duplication has found, by peer. */
@Component
public final class DeduplicationStatus implements StatusProvider {
    private final DedupService service;

    @Activate
    public DeduplicationStatus(@Reference DedupService service) {
        this.service = service;
    }

    @Override
    public String kind() {
        return DeduplicationSettings.KIND;
    }

    @Override
    public List<Status> status() {
        Store store = service.store();
        long segments = store.size() - store.free();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("codec", service.codec());
        values.put("memory-size", (long) store.size() << Segment.LOG_SIZE);
        values.put("memory-used", segments << Segment.LOG_SIZE);
        values.put("fill", String.format(Locale.ROOT, "%.1f %%", 100.0 * segments / store.size()));
        values.put("index-memory", store.index().memory());
        DatastorStatus.disk(values, service.disk());
        List<Map<String, Object>> peers = new ArrayList<>();
        service.dictionaries().forEach((device, dictionary) -> peers.add(peer(device, dictionary)));
        values.put("peers", peers);
        boolean enabled = service.settings().mode();
        boolean used = service.dictionaries().values().stream()
                .anyMatch(dictionary -> !dictionary.sessions().isEmpty());
        return List.of(new Status(
                "",
                enabled && used ? Availability.AVAILABLE : Availability.UNKNOWN,
                enabled,
                !enabled
                        ? "Its mode is disabled"
                        : used ? "Dictionaries are in use" : "No peer has a dictionary with this end",
                values));
    }

    private static Map<String, Object> peer(String device, DeviceDictionary dictionary) {
        Counts counts = dictionary.counts();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("device", device);
        row.put(
                "memory-used",
                dictionary.sessions().stream().mapToLong(Session::live).sum() << Segment.LOG_SIZE);
        row.put("disk-used", dictionary.disk() == null ? 0 : dictionary.disk().size());
        row.put("raw-bytes-out", counts.rawOut.sum());
        row.put("hits-out", counts.hitsOut.sum());
        row.put("hit-bytes-out", counts.hitBytesOut.sum());
        row.put("misses-out", counts.missesOut.sum());
        row.put("miss-bytes-out", counts.missBytesOut.sum());
        row.put("average-match", counts.hitBytesOut.sum() / Math.max(1, counts.hitsOut.sum()));
        row.put("raw-bytes-in", counts.rawIn.sum());
        row.put("hits-in", counts.hitsIn.sum());
        row.put("hit-bytes-in", counts.hitBytesIn.sum());
        row.put("miss-bytes-in", counts.missBytesIn.sum());
        row.put("not-stored-bytes", counts.unstored.sum());
        row.put("freed-segments", counts.freed.sum());
        row.put("disk-hits", counts.diskHits.sum());
        row.put("disk-reads", counts.diskReads.sum());
        row.put("disk-writes", counts.diskWrites.sum());
        row.put("prefetched-segments", counts.prefetched.sum());
        row.put("prefetch-hits", counts.prefetchHits.sum());
        row.put("not-written-segments", counts.unwritten.sum() + counts.diskFailures.sum());
        row.put("not-shared-segments", counts.recallsLost.sum() + counts.diskLost.sum());
        row.put("resent-blocks", counts.resent.sum());
        row.put("damaged-blocks", counts.mismatches.sum());
        return row;
    }
}
