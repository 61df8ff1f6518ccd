package org.ferrule.software.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets old versions leave that somebody put a newer one beside with Karaf's own {@code feature:install}: they are drained
 * and removed as if an image had brought the new one.
 */
final class Succession {
    private static final Logger LOG = LoggerFactory.getLogger(Succession.class);

    private final Ledger ledger;
    private final Jobs jobs;
    private final Platform platform;
    private final Pace pace;
    private final Supplier<Software> settings;
    /** What was tried already: a new version that is not well is not tried again at every look. */
    private final Set<Long> tried = new HashSet<>();

    Succession(Ledger ledger, Jobs jobs, Platform platform, Pace pace, Supplier<Software> settings) {
        this.ledger = ledger;
        this.jobs = jobs;
        this.platform = platform;
        this.pace = pace;
        this.settings = settings;
    }

    /** Features were installed: looks, once no job runs. Returns at once. */
    void look() {
        jobs.later(this::lookNow);
    }

    void lookNow() {
        try {
            List<Platform.Installed> all = platform.bundles();
            for (Platform.Installed heir : all) {
                List<Platform.Installed> old =
                        all.stream().filter(other -> succeeds(heir, other)).toList();
                if (!old.isEmpty() && platform.requirement(heir).isPresent() && tried.add(heir.id())) {
                    begin(heir, old);
                }
            }
        } catch (RuntimeException e) {
            LOG.error("Whether a feature brought a newer version cannot be told", e);
        }
    }

    private static boolean succeeds(Platform.Installed heir, Platform.Installed other) {
        return heir.symbolicName().equals(other.symbolicName())
                && heir.version().compareTo(other.version()) > 0
                && other.startLevel() > Planner.PLATFORM_LEVEL
                && !other.exports()
                && heir.active()
                && !other.location().startsWith(Planner.TRIAL);
    }

    private void begin(Platform.Installed heir, List<Platform.Installed> old) {
        List<Replacement> replacements = new ArrayList<>();
        old.forEach(o -> replacements.add(new Replacement(heir.named(), Optional.of(heir::id), false, Optional.of(o))));
        jobs.begin("let a feature's " + heir.named() + " take over", "", progress -> {
            Manifest before = ledger.manifest();
            return new Upgrade(platform, pace, settings.get(), progress)
                    .run(replacements, () -> forget(heir.symbolicName()), () -> ledger.change(now -> before));
        });
    }

    /** What a person installed by feature counts more than what an image brought before. */
    private void forget(String symbolicName) throws IOException {
        ledger.change(now -> now.withWanted(now.wanted().stream()
                .filter(wanted -> !wanted.symbolicName().equals(symbolicName))
                .toList()));
    }
}
