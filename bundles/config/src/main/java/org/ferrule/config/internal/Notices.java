package org.ferrule.config.internal;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the next person who logs in should know. Each is logged too, and told once. Any thread. */
final class Notices {
    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);
    private static final int MOST = 50;

    private final Set<String> notices = new LinkedHashSet<>();

    synchronized void add(String notice) {
        if (notices.size() < MOST && notices.add(notice)) {
            LOG.warn("{}", notice);
        }
    }

    synchronized List<String> all() {
        return List.copyOf(notices);
    }
}
