package org.ferrule.isession.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.ferrule.codec.Codec;
import org.ferrule.codec.adaptive.FibreChooser;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Tells what went through tunnels by iSession profile; what peers opened counts for {@code /Common/isession}. */
@Component
public final class ProfileStatus implements StatusProvider {
    private final IsessionService isessions;

    @Activate
    public ProfileStatus(@Reference IsessionService isessions) {
        this.isessions = isessions;
    }

    @Override
    public String kind() {
        return IsessionProfile.KIND;
    }

    @Override
    public List<Status> status() {
        return new TreeMap<>(isessions.core().settings().profiles())
                .entrySet().stream().map(p -> of(p.getKey(), p.getValue())).toList();
    }

    private Status of(String name, IsessionProfile profile) {
        Stats stats = isessions.core().stats(name);
        List<Endpoint> endpoints = isessions.endpoints().getOrDefault(name, List.of());
        boolean ready = isessions.ready(name);
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("endpoint-pool", profile.endpointPool());
        values.put("endpoints", endpoints.size());
        values.put("current-flows", (long) stats.currentFlows.get());
        values.put("total-flows", stats.flows.sum());
        values.put("refused-flows", stats.refused.sum());
        if (!stats.lastRefusal.isEmpty()) {
            values.put("last-refusal", stats.lastRefusal);
        }
        values.put("straight-flows", stats.straight.sum());
        values.put("raw-bytes-in", stats.rawIn.sum());
        values.put("raw-bytes-out", stats.rawOut.sum());
        values.put("deduplicated-bytes-out", stats.restorableOut.sum());
        values.put("compressed-bytes-in", stats.encodedIn.sum());
        values.put("compressed-bytes-out", stats.encodedOut.sum());
        values.put("tunnel-bytes-in", stats.tunnelIn.sum());
        values.put("tunnel-bytes-out", stats.tunnelOut.sum());
        values.put("compressed-blocks-out", stats.blocksCompressed.sum());
        values.put("prefixed-blocks-out", stats.blocksPrefixed.sum());
        values.put("plain-blocks-out", stats.blocksPlain.sum());
        values.put("damaged-dictionary-blocks", stats.dictionaryDamages.sum());
        values.put("codec-failures", stats.codecFailures.sum());
        values.put("installed-codecs", installed());
        values.put("compressed-by", compressed(stats));
        values.put("choices", choices(name, endpoints));
        String reason = !profile.mode()
                ? "Its mode is disabled"
                : endpoints.isEmpty()
                        ? "It has no endpoint to dial"
                        : ready ? "A tunnel is up" : "No tunnel that takes flows is up";
        Availability availability =
                ready ? Availability.AVAILABLE : endpoints.isEmpty() ? Availability.UNKNOWN : Availability.OFFLINE;
        return new Status(name, availability, profile.mode(), reason, values);
    }

    /** What each codec did for what was sent. */
    private static List<Map<String, Object>> compressed(Stats stats) {
        List<Map<String, Object>> rows = new ArrayList<>();
        new TreeMap<>(stats.codecs()).forEach((name, codec) -> {
            Map<String, Object> row = new LinkedHashMap<>();
            long raw = Math.max(1, codec.raw.sum());
            row.put("codec", name);
            row.put("blocks-out", codec.blocks.sum());
            row.put("raw-bytes-out", codec.raw.sum());
            row.put("compressed-bytes-out", codec.encoded.sum());
            row.put("percent", String.format(Locale.ROOT, "%.1f", 100.0 * codec.encoded.sum() / raw));
            row.put("nanoseconds-per-byte", String.format(Locale.ROOT, "%.1f", (double) codec.nanos.sum() / raw));
            rows.add(row);
        });
        return rows;
    }

    /** How the blocks that each fibre sends are compressed now, and why. */
    private List<Map<String, Object>> choices(String profile, List<Endpoint> endpoints) {
        List<Map<String, Object>> rows = new ArrayList<>();
        endpoints.forEach(e -> e.fibres().forEach(fibre -> rows.add(choice(e.device(), fibre))));
        if (profile.equals(Settings.ROOT)) {
            isessions.listening().peers().forEach(peer -> peer.fibres()
                    .forEach(fibre -> rows.add(choice(peer.device(), fibre))));
        }
        return rows;
    }

    private static Map<String, Object> choice(String device, Fibre fibre) {
        FibreChooser.Decision decision = fibre.compression().decision();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("device", device);
        row.put("flows", fibre.flowCount());
        row.put("choice", decision.choice());
        row.put("bottleneck", decision.bottleneck());
        row.put("reason", decision.reason());
        return row;
    }

    /** The codecs that are there, and what does their work. */
    private List<Map<String, Object>> installed() {
        return isessions.core().services().codecs().bestOfEach().stream()
                .map(ProfileStatus::installed)
                .toList();
    }

    private static Map<String, Object> installed(Codec codec) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("codec", codec.name());
        row.put("implementation", codec.implementation());
        return row;
    }
}
