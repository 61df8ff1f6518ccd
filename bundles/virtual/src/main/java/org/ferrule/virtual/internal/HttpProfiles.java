package org.ferrule.virtual.internal;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.ferrule.config.ConfigTree;

/** The http profiles as they are configured now, with their counts. Any thread. */
final class HttpProfiles {
    private final Map<String, HttpCounters> counters = new ConcurrentHashMap<>();
    private volatile Map<String, HttpProfile> profiles = Map.of();

    void reconcile(ConfigTree tree) {
        Map<String, HttpProfile> next = tree.views(HttpProfile.class);
        next.keySet().forEach(name -> counters.computeIfAbsent(name, n -> new HttpCounters()));
        profiles = next;
        counters.keySet().retainAll(next.keySet());
    }

    /** All of them, by their full names. */
    Map<String, HttpProfile> all() {
        return profiles;
    }

    /** The counts of a profile. */
    HttpCounters counters(String profile) {
        return counters.getOrDefault(profile, new HttpCounters());
    }

    /**
     * What counts the requests of a new connection that are to ask for content as it is.
     *
     * @param profile the full name, or ""
     * @return empty where requests pass as they are
     */
    Optional<HttpCounters> identity(String profile) {
        HttpProfile found = profiles.get(profile);
        return found != null && found.acceptEncoding() == HttpProfile.AcceptEncoding.IDENTITY
                ? Optional.of(counters(profile))
                : Optional.empty();
    }
}
