package org.ferrule.virtual.internal;

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

/** Tells what was seen of the connections of each http profile. */
@Component
public final class HttpStatus implements StatusProvider {
    private final VirtualService virtuals;

    @Activate
    public HttpStatus(@Reference VirtualService virtuals) {
        this.virtuals = virtuals;
    }

    @Override
    public String kind() {
        return HttpProfile.KIND;
    }

    @Override
    public List<Status> status() {
        return virtuals.modules().http().all().entrySet().stream()
                .map(p -> of(p.getKey(), p.getValue()))
                .toList();
    }

    private Status of(String name, HttpProfile profile) {
        HttpCounters counters = virtuals.modules().http().counters(name);
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("accept-encoding", profile.acceptEncoding().name().toLowerCase(Locale.ROOT));
        values.put("requests", counters.requests.sum());
        values.put("changed-requests", counters.changed.sum());
        values.put("opaque-connections", counters.unseen.sum());
        String reason = profile.acceptEncoding() == HttpProfile.AcceptEncoding.IDENTITY
                ? "Servers are asked for content as it is"
                : "Requests pass as they are, and are not counted";
        return new Status(name, Availability.AVAILABLE, true, reason, values);
    }
}
