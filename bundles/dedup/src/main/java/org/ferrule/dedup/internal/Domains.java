package org.ferrule.dedup.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The trust domains of one session, each with secrets of its own. Any thread. */
final class Domains {
    /** Domains that are kept; more than these are made anew for each flow. */
    private static final int KEPT = 1024;

    private final DomainKeys keys;
    private final DomainKeys hookKeys;
    private final Map<String, Domain> known = new ConcurrentHashMap<>();

    /**
     * @param keys of the memory's index: another one for each session
     * @param hookKeys of the disk's index: the same after a restart
     */
    Domains(DomainKeys keys, DomainKeys hookKeys) {
        this.keys = keys;
        this.hookKeys = hookKeys;
    }

    Domain of(String name) {
        Domain domain = known.get(name);
        if (domain == null) {
            domain = new Domain(name, keys.of(name), hookKeys.of(name));
            if (known.size() < KEPT) {
                known.put(name, domain);
            }
        }
        return domain;
    }
}
