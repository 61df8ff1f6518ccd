package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.ferrule.config.kind.Addresses;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Tells how this end of tunnels fares. */
@Component
public final class LocalStatus implements StatusProvider {
    private final IsessionService isessions;

    @Activate
    public LocalStatus(@Reference IsessionService isessions) {
        this.isessions = isessions;
    }

    @Override
    public String kind() {
        return LocalEndpoint.KIND;
    }

    private static Map<String, Object> port(InetSocketAddress address, String problem) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("address", Addresses.text(address));
        row.put("listens", problem.isEmpty() ? "yes" : "no");
        row.put("problem", problem);
        return row;
    }

    private static void memory(Map<String, Object> values, String of, MemoryPool pool) {
        values.put(of + "-memory-size", pool.size());
        values.put(of + "-memory-used", pool.used());
        values.put(of + "-without-memory", pool.refused());
    }

    @Override
    public List<Status> status() {
        Listening listening = isessions.listening();
        Settings settings = isessions.core().settings();
        Set<InetSocketAddress> wanted = settings.tunnelAddresses();
        Map<InetSocketAddress, String> failures = listening.failures();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put(
                "listens-on",
                String.join(" ", wanted.stream().map(Addresses::text).sorted().toList()));
        List<InetSocketAddress> further = listening.further(settings).stream()
                .sorted(Comparator.comparing(Addresses::text))
                .toList();
        values.put(
                "transparent-ports",
                further.stream()
                        .map(address -> port(address, failures.getOrDefault(address, "")))
                        .toList());
        values.put("refused-peers", listening.refused());
        MemoryPool pool = isessions.core().pool();
        values.put("receive-pool-size", pool.size());
        values.put("receive-pool-used", pool.used());
        values.put("flows-refused-for-memory", pool.refused());
        FibreMemory sending = isessions.core().memory();
        values.put("send-memory-size", sending.size());
        values.put("send-memory-used", sending.used());
        memory(values, "encoders", isessions.core().encoders());
        memory(values, "decoders", isessions.core().decoders());
        values.put("no-route", settings.local().noRoute().name().toLowerCase(java.util.Locale.ROOT));
        if (wanted.isEmpty()) {
            return List.of(new Status(
                    "",
                    Availability.UNKNOWN,
                    settings.local().endpoint(),
                    "It only dials: it has no addresses",
                    values));
        }
        List<String> obstacles = wanted.stream()
                .map(failures::get)
                .filter(Objects::nonNull)
                .sorted()
                .toList();
        return List.of(
                obstacles.isEmpty()
                        ? new Status("", Availability.AVAILABLE, true, "Peers may open tunnels", values)
                        : new Status("", Availability.OFFLINE, true, "It does not listen: " + obstacles, values));
    }
}
