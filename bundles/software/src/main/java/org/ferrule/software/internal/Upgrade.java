package org.ferrule.software.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces bundles: the new ones are brought in beside the old ones and started; when all are healthy, and the appliance as a
 * whole is as well as before, it counts, and the old ones are drained and removed one by one. Before the first of them is
 * removed, whatever goes wrong puts everything back.
 */
final class Upgrade {
    private static final Logger LOG = LoggerFactory.getLogger(Upgrade.class);
    /** A component may be satisfied for a moment only. */
    private static final int HEALTHY_LOOKS = 2;

    /**
     * Seconds that an old version stays at least: blocks that it compressed are on their way, and a fibre has five seconds to
     * agree on another codec (docs/isession-protocol.md).
     */
    static final long LEAST = 6;

    private final Platform platform;
    private final Pace pace;
    private final Software settings;
    private final Progress progress;
    private final Map<Replacement, Long> brought = new LinkedHashMap<>();
    private boolean compared = true;
    private Map<String, String> before = Map.of();

    /** Whoever wants to know how it goes on, and may call it off. */
    interface Progress {
        /** What is being done, and with which bundle; "" for none or all. */
        void step(String step, String bundle);

        /** Whether it was called off. */
        boolean cancelled();

        /** From now on it cannot be called off; false if it was. */
        boolean settle();

        /** The module that does all this is one of those replaced: once the job is over, the bundle named goes on. */
        void handOver(long successor);
    }

    /** Makes the change last. */
    @FunctionalInterface
    interface Commit {
        void commit() throws IOException;
    }

    /** An upgrade that was put back, or that was called off. */
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean cancelled;

        Failed(String message, boolean cancelled, Throwable cause) {
            super(message, cause);
            this.cancelled = cancelled;
        }

        boolean cancelled() {
            return cancelled;
        }
    }

    Upgrade(Platform platform, Pace pace, Software settings, Progress progress) {
        this.platform = platform;
        this.pace = pace;
        this.settings = settings;
        this.progress = progress;
    }

    /** Asks the new bundles alone: at a start nothing of the appliance is as it was before. */
    Upgrade withoutComparison() {
        compared = false;
        return this;
    }

    /**
     * Replaces.
     *
     * @param commit called when all new bundles are healthy
     * @param undo called if it is called off after that
     * @return what did not go as it should but does no harm; usually ""
     * @throws Failed if everything was put back
     * @throws InterruptedException if the module is being stopped: what is half done is settled at its next start
     */
    String run(List<Replacement> replacements, Commit commit, Commit undo) throws Failed, InterruptedException {
        before = compared ? platform.problems() : Map.of();
        try {
            bring(replacements);
            awaitHealth();
            commit.commit();
        } catch (IOException | RuntimeException e) {
            throw putBack(String.valueOf(e.getMessage()), false, e);
        } catch (Cancelled e) {
            throw putBack("", true, e);
        }
        return drain(replacements, undo);
    }

    private void bring(List<Replacement> replacements) throws IOException, Cancelled {
        for (Replacement replacement : replacements) {
            if (replacement.coming().isPresent()) {
                step("installing", replacement.named());
                brought.put(replacement, replacement.coming().get().bring());
            }
        }
        step("resolving", "");
        platform.resolve(new LinkedHashSet<>(brought.values()));
        for (Map.Entry<Replacement, Long> entry : brought.entrySet()) {
            step("starting", entry.getKey().named());
            platform.start(entry.getValue());
        }
    }

    private void awaitHealth() throws IOException, Cancelled, InterruptedException {
        long deadline = pace.seconds() + settings.healthTimeout();
        int healthy = 0;
        while (healthy < HEALTHY_LOOKS) {
            List<String> ailments = new ArrayList<>();
            brought.forEach(
                    (replacement, id) -> platform.ailments(id, replacement.old().map(Platform.Installed::id))
                            .forEach(ailment -> ailments.add(replacement.named() + ": " + ailment)));
            if (ailments.isEmpty()) {
                ailments.addAll(worse());
            }
            healthy = ailments.isEmpty() ? healthy + 1 : 0;
            step("checking health", ailments.isEmpty() ? "" : ailments.get(0).split(":")[0]);
            if (!ailments.isEmpty() && pace.seconds() >= deadline) {
                throw new IOException(
                        "not healthy within " + settings.healthTimeout() + " seconds: " + String.join("; ", ailments));
            }
            if (healthy < HEALTHY_LOOKS) {
                pace.pause();
            }
        }
    }

    /** What does not serve now and did before. */
    private List<String> worse() throws InterruptedException {
        return compared ? Condition.worse(before, platform.problems()) : List.of();
    }

    private void step(String step, String bundle) throws Cancelled {
        progress.step(step, bundle);
        if (progress.cancelled()) {
            throw new Cancelled();
        }
    }

    private String drain(List<Replacement> replacements, Commit undo) throws Failed, InterruptedException {
        long self = platform.self().id();
        List<Platform.Installed> leaving = new ArrayList<>(replacements.stream()
                .flatMap(r -> r.old().stream())
                // Its successor removes it.
                .filter(old -> old.id() != self)
                .toList());
        long earliest = pace.seconds() + LEAST;
        long deadline = pace.seconds() + Math.max(LEAST, settings.drainTimeout());
        leaving.forEach(old -> platform.drain(old.id()));
        List<String> left = new ArrayList<>();
        boolean settled = false;
        while (!leaving.isEmpty()) {
            Optional<Platform.Installed> ready =
                    pace.seconds() < earliest ? Optional.empty() : ready(leaving, deadline);
            if (!settled && progress.cancelled()) {
                throw callOff(replacements, undo, "", true);
            }
            if (ready.isPresent() && !settled) {
                // The old ones have taken nothing new for a while: the last moment at which they can take it again.
                awaitAsWell(replacements, undo);
                if (!progress.settle()) {
                    throw callOff(replacements, undo, "", true);
                }
                settled = true;
            }
            if (ready.isPresent()) {
                remove(ready.get(), left);
                leaving.remove(ready.get());
            } else {
                Platform.Installed first = leaving.get(0);
                progress.step(
                        "draining: " + platform.users(first.id()) + " left, " + Math.max(0, deadline - pace.seconds())
                                + " s",
                        first.named());
                pace.pause();
            }
        }
        for (Replacement replacement : replacements) {
            if (replacement.old().filter(old -> old.id() == self).isPresent()) {
                progress.handOver(brought.get(replacement));
            }
        }
        return String.join("; ", left);
    }

    private void awaitAsWell(List<Replacement> replacements, Commit undo) throws Failed, InterruptedException {
        long deadline = pace.seconds() + settings.healthTimeout();
        for (List<String> worse = worse(); !worse.isEmpty(); worse = worse()) {
            progress.step("checking health", worse.get(0).split(":")[0]);
            if (progress.cancelled()) {
                throw callOff(replacements, undo, "", true);
            }
            if (pace.seconds() >= deadline) {
                throw callOff(
                        replacements,
                        undo,
                        "without the old versions, not healthy within " + settings.healthTimeout() + " seconds: "
                                + String.join("; ", worse),
                        false);
            }
            pace.pause();
        }
    }

    private Optional<Platform.Installed> ready(List<Platform.Installed> leaving, long deadline) {
        boolean late = pace.seconds() >= deadline;
        return leaving.stream()
                .filter(old -> late || platform.users(old.id()) == 0)
                .findFirst();
    }

    private void remove(Platform.Installed old, List<String> left) {
        progress.step("removing", old.named());
        int users = platform.users(old.id());
        try {
            platform.remove(old.id());
            if (users > 0) {
                left.add(old.named() + " left at drain-timeout with " + users + " users");
            }
        } catch (IOException e) {
            LOG.warn("{}", e.getMessage(), e);
            left.add(e.getMessage());
        }
    }

    private Failed callOff(List<Replacement> replacements, Commit undo, String why, boolean cancelled) {
        replacements.stream().flatMap(r -> r.old().stream()).forEach(old -> platform.resume(old.id()));
        try {
            undo.commit();
            return putBack(why, cancelled, null);
        } catch (IOException e) {
            LOG.error("That an upgrade was called off could not be written down", e);
            return putBack(
                    (why.isEmpty() ? "" : why + "; ") + "that it was called off could not be written down: "
                            + e.getMessage(),
                    cancelled,
                    e);
        }
    }

    /** Takes the new bundles away, the last one first. */
    private Failed putBack(String why, boolean cancelled, Throwable cause) {
        progress.step("putting back", "");
        List<String> problems = new ArrayList<>();
        List<Map.Entry<Replacement, Long>> all = new ArrayList<>(brought.entrySet());
        for (int i = all.size() - 1; i >= 0; i--) {
            if (all.get(i).getKey().takenBack()) {
                try {
                    platform.remove(all.get(i).getValue());
                } catch (IOException e) {
                    LOG.error(
                            "{} could not be taken away again",
                            all.get(i).getKey().named(),
                            e);
                    problems.add(e.getMessage());
                }
            }
        }
        String put = problems.isEmpty() ? "everything was put back" : "not all was put back: " + problems;
        return new Failed(why.isEmpty() ? put : why + "; " + put, cancelled, cause);
    }

    /** Somebody called it off. */
    private static final class Cancelled extends Exception {
        private static final long serialVersionUID = 1L;

        Cancelled() {
            super("cancelled");
        }
    }
}
