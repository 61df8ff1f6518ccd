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
 * and removed as if an image had brought the new one, which the manifest names from then on. When that one's feature is
 * uninstalled, what it replaced comes back.
 */
final class Succession {
    private static final Logger LOG = LoggerFactory.getLogger(Succession.class);

    private final Ledger ledger;
    private final Jobs jobs;
    private final Platform platform;
    private final Pace pace;
    private final Supplier<Software> settings;
    private final Adoption adoption;
    /** What was tried already: a new version that is not well is not tried again at every look. */
    private final Set<Long> tried = new HashSet<>();

    private final Set<Manifest.Wanted> mourned = new HashSet<>();

    Succession(Ledger ledger, Jobs jobs, Platform platform, Pace pace, Supplier<Software> settings) {
        this.ledger = ledger;
        this.jobs = jobs;
        this.platform = platform;
        this.pace = pace;
        this.settings = settings;
        adoption = new Adoption(ledger, platform, pace);
    }

    /** Features were installed or uninstalled: looks, once no job runs. Returns at once. */
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
            List<Manifest.Wanted> orphans = adoption.orphans();
            mourned.retainAll(orphans);
            orphans.stream().filter(mourned::add).forEach(this::bringBack);
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
            String result = new Upgrade(platform, pace, settings.get(), progress)
                    .run(replacements, () -> adopt(heir, old), () -> ledger.change(now -> before));
            ledger.change(now -> now.pruned(settings.get().imagesKept()));
            return result;
        });
    }

    /** What a person installed by feature counts more than what an image brought before. */
    private void adopt(Platform.Installed heir, List<Platform.Installed> old) throws IOException {
        Manifest adopted;
        try {
            adopted = adoption.adopt(ledger.manifest(), heir, old);
            ledger.solved("adopted " + heir.symbolicName());
        } catch (IOException e) {
            ledger.problem(
                    "adopted " + heir.symbolicName(),
                    heir.named() + ", which a feature brought, cannot be kept: " + e.getMessage()
                            + "; it runs, but does not come again after data/ was cleared");
            adopted = without(heir.symbolicName());
        }
        Manifest after = adopted;
        ledger.change(now -> after);
    }

    private Manifest without(String symbolicName) {
        Manifest now = ledger.manifest();
        return now.withWanted(now.wanted().stream()
                .filter(wanted -> !wanted.symbolicName().equals(symbolicName))
                .toList());
    }

    private void bringBack(Manifest.Wanted orphan) {
        Replacement replacement = new Replacement(
                orphan.symbolicName() + " " + orphan.replacedVersion(),
                orphan.requirement().isEmpty()
                        ? Optional.empty()
                        : Optional.of(() -> {
                            platform.putBack(orphan.requirement());
                            return platform.bundles().stream()
                                    .filter(bundle -> bundle.symbolicName().equals(orphan.symbolicName()))
                                    .map(Platform.Installed::id)
                                    .findFirst()
                                    .orElseThrow(() -> new IOException(
                                            "the distribution has no " + orphan.symbolicName() + " any more"));
                        }),
                false,
                Optional.empty());
        jobs.begin("bring back what a feature had replaced, " + orphan.symbolicName(), "", progress -> new Upgrade(
                        platform, pace, settings.get(), progress)
                .run(List.of(replacement), () -> ledger.change(now -> without(orphan.symbolicName())), () -> {}));
    }
}
