package org.ferrule.software.internal;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.ferrule.config.ConfigException;

/** Installs images: verifies, plans, shows the plan, and begins the job that does it. */
final class Installer {
    /** What goes by the name of an image, and is the set of bundles that the distribution brought. */
    static final String DISTRIBUTION = "distribution";

    private final Ledger ledger;
    private final Jobs jobs;
    private final Platform platform;
    private final Planner planner;
    private final Pace pace;
    private final Supplier<Software> settings;
    private final Supplier<TrustedSigners> trusted;

    Installer(
            Ledger ledger,
            Jobs jobs,
            Platform platform,
            Planner planner,
            Pace pace,
            Supplier<Software> settings,
            Supplier<TrustedSigners> trusted) {
        this.ledger = ledger;
        this.jobs = jobs;
        this.platform = platform;
        this.planner = planner;
        this.pace = pace;
        this.settings = settings;
        this.trusted = trusted;
    }

    /**
     * What is asked for.
     *
     * @param name of the image
     * @param content its bytes
     * @param by the user
     * @param dryRun whether it ends with the plan
     * @param downgrade whether older bundles may replace newer ones
     */
    record Order(String name, byte[] content, String by, boolean dryRun, boolean downgrade) {}

    /** Installs an image, or says what that would change. */
    void install(Order order, PrintWriter out) throws ConfigException {
        jobs.whenIdle(() -> {
            try {
                Path file = ledger.store().incoming(order.content());
                try {
                    install(order, file, out);
                } finally {
                    Files.deleteIfExists(file);
                }
            } catch (Unacceptable e) {
                throw new ConfigException("The image " + order.name() + " is refused: " + e.getMessage(), e);
            } catch (IOException e) {
                throw new ConfigException("The image " + order.name() + " cannot be kept: " + e.getMessage(), e);
            }
        });
    }

    private void install(Order order, Path file, PrintWriter out) throws Unacceptable, IOException, ConfigException {
        Image image = Image.read(file, order.name(), trusted.get(), pace.now());
        Optional<Manifest.Image> namesake = ledger.manifest().named(image.name());
        if (namesake.isPresent() && !namesake.get().sha256().equals(image.sha256())) {
            throw new Unacceptable("another image of that name is kept; give this one a name of its own");
        }
        Plan plan = planner.plan(image, order.downgrade());
        out.println("Image " + image.name() + (image.version().isEmpty() ? "" : " " + image.version()) + ", signed by "
                + image.signer() + ":");
        plan.steps().forEach(step -> out.println("  " + step.line()));
        if (plan.changes().isEmpty()) {
            out.println("Everything in it runs already.");
            return;
        }
        out.println("No other bundle is stopped, refreshed or resolved.");
        if (order.dryRun()) {
            return;
        }
        ledger.store().keep(file, image.sha256());
        // It may have been damaged before.
        ledger.solved("image " + image.sha256());
        Manifest.Image kept = new Manifest.Image(
                image.name(), image.version(), image.sha256(), image.signer(), Files.size(file), Job.text(pace.now()));
        announce(
                jobs.begin("install image " + image.name(), order.by(), progress -> run(image, kept, plan, progress)),
                out);
    }

    static void announce(int job, PrintWriter out) {
        out.println("Job " + job + " does it, with or without this session; show sys software tells how it goes on.");
    }

    private String run(Image image, Manifest.Image kept, Plan plan, Upgrade.Progress progress)
            throws Upgrade.Failed, InterruptedException, IOException {
        Manifest before = ledger.manifest();
        Manifest after = before.withImage(kept).withWanted(wanted(before, image, plan));
        List<Replacement> replacements =
                plan.changes().stream().map(this::replacement).toList();
        return replace(replacements, after, progress);
    }

    private String replace(List<Replacement> replacements, Manifest after, Upgrade.Progress progress)
            throws Upgrade.Failed, InterruptedException, IOException {
        Manifest before = ledger.manifest();
        String result = new Upgrade(platform, pace, settings.get(), progress)
                .run(replacements, () -> ledger.change(now -> after), () -> ledger.change(now -> before));
        // Last: an image that is gone could not be put back.
        ledger.change(now -> now.pruned(settings.get().imagesKept()));
        return result;
    }

    /** The names of the images that are kept. */
    List<String> images() {
        return ledger.manifest().images().stream().map(Manifest.Image::name).toList();
    }

    private Replacement replacement(Plan.Step step) {
        Image.Bundle bundle = step.bundle();
        String location = Manifest.Wanted.location(bundle.sha256(), bundle.symbolicName());
        return new Replacement(
                bundle.toString(),
                Optional.of(() -> platform.install(location, bundle.open(), bundle.startLevel())),
                true,
                step.old());
    }

    private List<Manifest.Wanted> wanted(Manifest before, Image image, Plan plan) {
        List<Manifest.Wanted> wanted = new ArrayList<>(before.wanted());
        for (Plan.Step step : plan.changes()) {
            Image.Bundle bundle = step.bundle();
            Optional<Manifest.Wanted> earlier = before.wanted(bundle.symbolicName());
            earlier.ifPresent(wanted::remove);
            wanted.add(new Manifest.Wanted(
                    bundle.symbolicName(),
                    bundle.version().toString(),
                    bundle.sha256(),
                    image.sha256(),
                    bundle.entry(),
                    bundle.startLevel(),
                    earlier.map(Manifest.Wanted::replacedVersion).orElseGet(() -> step.old()
                            .map(old -> old.version().toString())
                            .orElse("")),
                    earlier.map(Manifest.Wanted::requirement)
                            .orElseGet(() ->
                                    step.old().flatMap(platform::requirement).orElse(""))));
        }
        return wanted;
    }

    /** Goes back to what the distribution has, or says what that would change. */
    void installDistribution(String by, boolean dryRun, boolean downgrade, PrintWriter out) throws ConfigException {
        jobs.whenIdle(() -> {
            List<Manifest.Wanted> leaving = ledger.manifest().wanted();
            if (leaving.isEmpty()) {
                throw new ConfigException("Nothing is installed beyond the distribution");
            }
            out.println("The distribution:");
            leaving.forEach(wanted -> out.println("  " + line(wanted)));
            if (!downgrade) {
                throw new ConfigException("The distribution has older bundles; the word downgrade allows that");
            }
            if (!dryRun) {
                announce(jobs.begin("go back to the distribution", by, progress -> goBack(leaving, progress)), out);
            }
        });
    }

    private static String line(Manifest.Wanted wanted) {
        return wanted.requirement().isEmpty()
                ? "removes   " + wanted.symbolicName() + "  " + wanted.version()
                : "replaces  " + wanted.symbolicName() + "  " + wanted.version() + " -> " + wanted.replacedVersion();
    }

    private String goBack(List<Manifest.Wanted> leaving, Upgrade.Progress progress)
            throws Upgrade.Failed, InterruptedException, IOException {
        List<Replacement> replacements = leaving.stream().map(this::goingBack).toList();
        return replace(replacements, ledger.manifest().withWanted(List.of()), progress);
    }

    private Replacement goingBack(Manifest.Wanted wanted) {
        Optional<Platform.Installed> here = platform.bundles().stream()
                // What a feature brought lies elsewhere, until the cache is cleared.
                .filter(bundle -> bundle.location().equals(wanted.location())
                        || bundle.named().equals(wanted.symbolicName() + " " + wanted.version()))
                .findFirst();
        Optional<Replacement.Coming> coming = wanted.requirement().isEmpty()
                ? Optional.empty()
                : Optional.of(() -> {
                    platform.putBack(wanted.requirement());
                    return platform.bundles().stream()
                            .filter(bundle -> bundle.symbolicName().equals(wanted.symbolicName())
                                    && here.filter(leaving -> leaving.id() == bundle.id())
                                            .isEmpty())
                            .map(Platform.Installed::id)
                            .findFirst()
                            .orElseThrow(() ->
                                    new IOException("the distribution has no " + wanted.symbolicName() + " any more"));
                });
        String version = wanted.requirement().isEmpty() ? wanted.version() : wanted.replacedVersion();
        return new Replacement(wanted.symbolicName() + " " + version, coming, true, here);
    }

    /** Removes an image that is kept and not in use. */
    void delete(String name) throws ConfigException {
        jobs.whenIdle(() -> {
            Manifest.Image image = ledger.manifest()
                    .named(name)
                    .orElseThrow(
                            () -> new ConfigException("No image " + name + " is kept; show sys software lists them"));
            if (ledger.manifest().inUse(image)) {
                throw new ConfigException("The image " + name + " is in use: bundles of it run");
            }
            try {
                ledger.change(now -> new Manifest(
                        Manifest.FORMAT,
                        now.images().stream()
                                .filter(kept -> !kept.equals(image))
                                .toList(),
                        now.wanted()));
            } catch (IOException e) {
                throw new ConfigException("The image " + name + " cannot be removed: " + e.getMessage(), e);
            }
        });
    }
}
