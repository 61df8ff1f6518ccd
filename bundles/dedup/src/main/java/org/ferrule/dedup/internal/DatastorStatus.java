package org.ferrule.dedup.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Tells how full the memory of dictionaries is. */
@Component
public final class DatastorStatus implements StatusProvider {
    private final DedupService service;

    @Activate
    public DatastorStatus(@Reference DedupService service) {
        this.service = service;
    }

    @Override
    public String kind() {
        return Datastor.KIND;
    }

    @Override
    public List<Status> status() {
        Store store = service.store();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("memory-cache-size", (long) store.size() << Segment.LOG_SIZE);
        values.put("memory-cache-used", (long) (store.size() - store.free()) << Segment.LOG_SIZE);
        values.put("memory-taken", (long) store.taken() << Segment.LOG_SIZE);
        return List.of(new Status("", Availability.AVAILABLE, true, "Dictionaries are kept in memory", values));
    }
}
