package org.ferrule.stats.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.ferrule.config.kind.Addresses;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;

/** Tells where metrics can be fetched, and how often that was done. */
record MetricsStatus(MetricsEndpoint endpoint, MetricsHandler handler, Supplier<MetricsSettings> settings)
        implements StatusProvider {
    @Override
    public String kind() {
        return MetricsSettings.KIND;
    }

    @Override
    public List<Status> status() {
        Optional<String> at = endpoint.listening()
                .map(place -> (place.encrypted() ? "https://" : "http://")
                        + url(Addresses.text(place.address()))
                        + MetricsHandler.PATH);
        boolean enabled = settings.get() != null && settings.get().mode();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("url", at.orElse("none"));
        values.put("requests", handler.answered());
        values.put("refused-requests", handler.refused());
        Availability availability =
                at.isPresent() ? Availability.AVAILABLE : enabled ? Availability.OFFLINE : Availability.UNKNOWN;
        String reason = at.isPresent()
                ? "Metrics can be fetched"
                : enabled ? "It does not listen: " + endpoint.problem() : "Its mode is disabled";
        return List.of(new Status("", availability, enabled, reason, values));
    }

    /** An IPv6 address stands in brackets, with a colon before the port. */
    private static String url(String text) {
        int dot = text.lastIndexOf('.');
        return text.indexOf(':') == text.lastIndexOf(':')
                ? text
                : "[" + text.substring(0, dot) + "]:" + text.substring(dot + 1);
    }
}
