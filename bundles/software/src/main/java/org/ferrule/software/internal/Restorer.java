package org.ferrule.software.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.osgi.framework.Version;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what runs be what the manifest says, when the module starts: after a clean start nothing is to be done, after the
 * cache was cleared the images' bundles come again, and after an interruption what was half done is put back or finished.
 */
final class Restorer {
    private static final Logger LOG = LoggerFactory.getLogger(Restorer.class);

    private final Ledger ledger;
    private final Jobs jobs;
    private final Platform platform;
    private final Pace pace;
    private final Supplier<Software> settings;

    Restorer(Ledger ledger, Jobs jobs, Platform platform, Pace pace, Supplier<Software> settings) {
        this.ledger = ledger;
        this.jobs = jobs;
        this.platform = platform;
        this.pace = pace;
        this.settings = settings;
    }

    /** Looks, and begins the jobs that are due: one for each image, so that one which fails keeps no other from running. */
    void restore() {
        removeLeftovers();
        Map<String, List<Replacement>> byImage = new LinkedHashMap<>();
        for (Manifest.Wanted wanted : ledger.manifest().wanted()) {
            due(wanted).ifPresent(replacement -> byImage.computeIfAbsent(wanted.image(), image -> new ArrayList<>())
                    .add(replacement));
        }
        byImage.forEach((sha256, replacements) -> jobs.begin(
                "restore image "
                        + ledger.manifest()
                                .image(sha256)
                                .map(Manifest.Image::name)
                                .orElse(sha256),
                "",
                progress -> new Upgrade(platform, pace, settings.get(), progress)
                        .withoutComparison()
                        .run(replacements, () -> {}, () -> {})));
    }

    /** Bundles that a job had brought which did not come to count. */
    private void removeLeftovers() {
        List<String> wanted = ledger.manifest().wanted().stream()
                .map(Manifest.Wanted::location)
                .toList();
        for (Platform.Installed bundle : platform.bundles()) {
            boolean left = bundle.location().startsWith(Planner.TRIAL)
                    || bundle.location().startsWith(Manifest.LOCATION) && !wanted.contains(bundle.location());
            if (left) {
                LOG.info("{} is left over from an upgrade that did not end, and is removed", bundle.named());
                try {
                    platform.remove(bundle.id());
                } catch (IOException e) {
                    ledger.problem("leftover " + bundle.named(), "What an interrupted upgrade left: " + e.getMessage());
                }
            }
        }
    }

    private Optional<Replacement> due(Manifest.Wanted wanted) {
        Optional<Platform.Installed> here = Optional.empty();
        List<Platform.Installed> others = new ArrayList<>();
        for (Platform.Installed bundle : platform.bundles()) {
            if (bundle.location().equals(wanted.location())) {
                here = Optional.of(bundle);
            } else if (wanted.symbolicName().equals(bundle.symbolicName())) {
                others.add(bundle);
            }
        }
        Optional<Platform.Installed> other = others.stream().max(Comparator.comparing(Platform.Installed::version));
        if (other.isPresent() && overtaken(wanted, other.get(), here.isPresent())) {
            return Optional.empty();
        }
        String named = wanted.symbolicName() + " " + wanted.version();
        if (here.isPresent()) {
            long id = here.get().id();
            return other.map(old -> new Replacement(named, Optional.of(() -> id), false, Optional.of(old)));
        }
        return Optional.of(new Replacement(named, Optional.of(() -> bring(wanted)), true, other));
    }

    /** Whether the bundle that is there is the same or a newer one, which another program or a person brought. */
    private boolean overtaken(Manifest.Wanted wanted, Platform.Installed other, boolean here) {
        int order = other.version().compareTo(Version.parseVersion(wanted.version()));
        boolean replaced = other.version().toString().equals(wanted.replacedVersion());
        if (order < 0 || replaced && order != 0) {
            return false;
        }
        if (order > 0 && !here) {
            ledger.problem(
                    "overtaken " + wanted.symbolicName(),
                    other.named() + " runs: it is newer than " + wanted.version() + ", which an image brought");
        }
        return true;
    }

    private long bring(Manifest.Wanted wanted) throws IOException {
        Path file = ledger.store().image(wanted.image());
        try {
            if (!Files.exists(file)) {
                throw new Unacceptable("its file is missing");
            }
            if (!Digests.of(file).equals(wanted.image())) {
                throw new Unacceptable("it is damaged");
            }
            // That it was signed was checked when it came; its bytes are the same.
            byte[] bundle = Archive.read(file, TrustedSigners.NONE, Instant.EPOCH)
                    .content()
                    .get(wanted.entry());
            if (bundle == null || !Digests.of(bundle).equals(wanted.sha256())) {
                throw new Unacceptable("it lacks " + wanted.entry() + " as it was installed");
            }
            ledger.solved("image " + wanted.image());
            return platform.install(wanted.location(), new ByteArrayInputStream(bundle), wanted.startLevel());
        } catch (Unacceptable | IOException e) {
            String name = ledger.manifest()
                    .image(wanted.image())
                    .map(Manifest.Image::name)
                    .orElse(wanted.image());
            String problem = "The image " + name + " cannot be used: " + e.getMessage()
                    + ". What the distribution has runs instead; install the image again";
            ledger.problem("image " + wanted.image(), problem);
            throw new IOException(problem, e);
        }
    }
}
