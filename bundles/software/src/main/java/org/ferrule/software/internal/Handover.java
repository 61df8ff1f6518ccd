package org.ferrule.software.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives this module's work to a newer version of itself, which runs beside it already: this one lays everything down, and the
 * new one, as it finds the work undone, takes it up with what is on disk and removes this one. If it does not within the
 * time, this one takes it away and goes on.
 */
final class Handover {
    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

    private final Ledger ledger;
    private final Jobs jobs;
    private final Platform platform;
    private final Pace pace;
    private final Supplier<Software> settings;
    private final Duty duty;

    /** What this module does, and what two versions of it must not do at a time. */
    interface Duty {
        void begin();

        void end();
    }

    Handover(Ledger ledger, Jobs jobs, Platform platform, Pace pace, Supplier<Software> settings, Duty duty) {
        this.ledger = ledger;
        this.jobs = jobs;
        this.platform = platform;
        this.pace = pace;
        this.settings = settings;
        this.duty = duty;
    }

    /** Whether it is for this version to work, though another one runs that has not taken it up. */
    static boolean chosen(Manifest manifest, Platform.Installed self, List<Platform.Installed> all) {
        boolean alone = all.stream()
                .noneMatch(other ->
                        other.symbolicName().equals(self.symbolicName()) && other.id() != self.id() && other.active());
        boolean fromImage = self.location().startsWith(Manifest.LOCATION);
        return alone
                || manifest.wanted(self.symbolicName())
                        .map(wanted -> wanted.location().equals(self.location())
                                || !fromImage
                                        && wanted.version()
                                                .equals(self.version().toString()))
                        .orElse(!fromImage);
    }

    /** Hands over, and watches. Returns when the work is here again; this bundle is removed meanwhile if all goes well. */
    void to(long successor, Optional<Manifest.Wanted> mine) {
        int last = jobs.last();
        LOG.info("A newer version of this module takes over");
        duty.end();
        try {
            String failure = await(last);
            if (!failure.isEmpty()) {
                takeBack(successor, mine, failure);
            }
        } catch (InterruptedException e) {
            // The successor removes this one.
            Thread.currentThread().interrupt();
        }
    }

    /** Why the successor does not do the work; empty if it does. */
    private String await(int last) throws InterruptedException {
        long deadline = pace.seconds() + Upgrade.LEAST + settings.get().healthTimeout();
        while (true) {
            Optional<Job> theirs = jobs.after(last);
            if (theirs.isPresent() && !theirs.get().running()) {
                return theirs.get().state() == Job.State.DONE
                        ? ""
                        : theirs.get().reason();
            }
            if (theirs.isEmpty() && pace.seconds() >= deadline) {
                return "it did not take over within "
                        + (Upgrade.LEAST + settings.get().healthTimeout()) + " seconds";
            }
            pace.pause();
        }
    }

    private void takeBack(long successor, Optional<Manifest.Wanted> mine, String failure) {
        String self = platform.self().symbolicName();
        String problem = "";
        try {
            ledger.change(now -> {
                List<Manifest.Wanted> wanted = new ArrayList<>(now.wanted());
                wanted.removeIf(each -> each.symbolicName().equals(self));
                mine.ifPresent(wanted::add);
                return now.withWanted(wanted);
            });
            platform.remove(successor);
        } catch (IOException e) {
            problem = "; not all was put back: " + e.getMessage();
        }
        jobs.recallAgain();
        duty.begin();
        String why = failure + (problem.isEmpty() ? "; the version before goes on" : problem);
        jobs.begin("go on with " + platform.self().named(), "", progress -> {
            throw new Upgrade.Failed(why, false, null);
        });
    }
}
