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
        DatastorDisk disk = service.disk();
        disk(values, disk);
        String trouble = disk.disk() == null ? disk.obstacle() : disk.disk().failure();
        return List.of(new Status(
                "",
                trouble.isEmpty() ? Availability.AVAILABLE : Availability.OFFLINE,
                true,
                !trouble.isEmpty()
                        ? "Nothing new is kept on disk: " + trouble
                        : disk.disk() == null
                                ? "Dictionaries are kept in memory"
                                : disk.disk().unread() > 0
                                        ? "Dictionaries are kept in memory and on disk, of which "
                                                + disk.disk().unread() + " files are still to be read"
                                        : "Dictionaries are kept in memory and on disk",
                values));
    }

    /** What there is to tell of the disk, if there is one. */
    static void disk(Map<String, Object> values, DatastorDisk from) {
        Disk disk = from.disk();
        if (disk != null) {
            values.put("disk-cache-size", disk.limits().bytes());
            values.put("disk-cache-used", disk.size());
            values.put("disk-files", disk.containers());
            values.put("disk-files-unread", disk.unread());
            values.put("disk-files-pruned", disk.pruned());
            values.put("disk-index-memory", disk.index().memory());
        }
    }
}
