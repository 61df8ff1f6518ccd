package org.ferrule.software.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works out what an image would change, and refuses one that would touch anything outside of it. The bundles are installed
 * for that, but neither resolved nor started, and taken away again.
 */
final class Planner {
    /** Bundles that start below are libraries, contracts and Karaf: they change with a whole new program only. */
    static final int PLATFORM_LEVEL = 50;

    /** What a bundle is called that is there only for the planning. */
    static final String TRIAL = "ferrule-trial:";

    private static final Logger LOG = LoggerFactory.getLogger(Planner.class);

    private final Platform platform;

    Planner(Platform platform) {
        this.platform = platform;
    }

    /**
     * Works out the plan.
     *
     * @param downgrade whether a bundle may be replaced by an older one
     * @throws Unacceptable with all that stands against it
     */
    Plan plan(Image image, boolean downgrade) throws Unacceptable {
        List<String> problems = new ArrayList<>();
        List<Plan.Step> steps = new ArrayList<>();
        for (Image.Bundle bundle : image.bundles()) {
            step(bundle, downgrade, problems).ifPresent(steps::add);
        }
        Plan plan = new Plan(List.copyOf(steps));
        if (problems.isEmpty()) {
            problems.addAll(trial(plan));
        }
        if (!problems.isEmpty()) {
            throw new Unacceptable(String.join("\n", problems));
        }
        return plan;
    }

    private Optional<Plan.Step> step(Image.Bundle bundle, boolean downgrade, List<String> problems) {
        List<Platform.Installed> there = platform.bundles().stream()
                .filter(installed -> bundle.symbolicName().equals(installed.symbolicName()))
                .sorted(Comparator.comparing(Platform.Installed::version))
                .toList();
        if (there.isEmpty()) {
            return Optional.of(new Plan.Step(bundle, Optional.empty(), false));
        }
        if (there.size() > 1) {
            problems.add(bundle.symbolicName() + " runs in " + there.size()
                    + " versions at this moment; try again when one of them has left");
            return Optional.empty();
        }
        Platform.Installed old = there.get(0);
        if (old.startLevel() <= PLATFORM_LEVEL || old.exports()) {
            problems.add(old.named() + " belongs to the platform: other bundles are tied to it, and it changes with a"
                    + " whole new program only");
            return Optional.empty();
        }
        int order = bundle.version().compareTo(old.version());
        boolean same = order == 0
                && platform.sha256(old).filter(bundle.sha256()::equals).isPresent();
        if (order == 0 && !same) {
            problems.add(old.named() + " runs here with other bytes: a bundle that was changed needs a higher version");
        }
        if (order < 0 && !downgrade) {
            problems.add(
                    bundle + " is older than " + old.version() + ", which runs here; the word downgrade allows that");
        }
        return Optional.of(new Plan.Step(bundle, Optional.of(old), same));
    }

    private List<String> trial(Plan plan) {
        Map<Long, String> ids = new LinkedHashMap<>();
        try {
            for (Plan.Step step : plan.changes()) {
                Image.Bundle bundle = step.bundle();
                String location = TRIAL + bundle.sha256() + "/" + bundle.symbolicName();
                ids.put(platform.install(location, bundle.open(), bundle.startLevel()), bundle.toString());
            }
            return platform.conflicts(ids.keySet());
        } catch (IOException e) {
            return List.of("the framework does not take it: " + e.getMessage());
        } finally {
            ids.forEach(this::remove);
        }
    }

    private void remove(long id, String named) {
        try {
            platform.remove(id);
        } catch (IOException e) {
            LOG.warn("{}, which was looked at only, could not be taken away: {}", named, e.getMessage());
        }
    }
}
