package org.ferrule.software.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.ferrule.config.Home;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;

/**
 * What {@code show sys software} tells.
 *
 * @param volumes what can be booted
 * @param boot what is booted next, and what did not come up
 * @param hotDeploy whether deployed files are taken in
 * @param deployed the files in {@code deploy/}
 */
record SoftwareStatus(
        Ledger ledger,
        Jobs jobs,
        Volumes volumes,
        BootChoice boot,
        Supplier<Boolean> hotDeploy,
        Supplier<List<HotDeploy.Deployed>> deployed)
        implements StatusProvider {
    private static final String NONE = "none";

    @Override
    public String kind() {
        return Software.KIND;
    }

    @Override
    public List<Status> status() {
        List<String> problems = new ArrayList<>(ledger.problems());
        jobs.all().stream()
                .filter(job -> !job.running())
                .findFirst()
                .filter(job -> job.state() == Job.State.FAILED || job.state() == Job.State.INTERRUPTED)
                .ifPresent(job -> problems.add("Job " + job.number() + " (" + job.what() + "): " + job.reason()));
        boot.failure().ifPresent(failure -> problems.add(failure.text()));
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("volumes", volumes.names().stream().map(this::volume).toList());
        values.put("hot-deploy", hotDeploy.get() ? "enabled" : "disabled");
        values.put("bundles", bundles());
        values.put("images", images());
        values.put("jobs", jobs.all().stream().map(SoftwareStatus::row).toList());
        values.put(
                "deployed-files",
                deployed.get().stream().map(SoftwareStatus::row).toList());
        return List.of(new Status(
                "",
                problems.isEmpty() ? Availability.AVAILABLE : Availability.OFFLINE,
                true,
                problems.isEmpty() ? "What should be installed is" : String.join("; ", problems),
                values));
    }

    private Map<String, Object> volume(String name) {
        return row(
                "volume",
                name,
                "product",
                dash(volumes.noted(name, "version", "product=")),
                "version",
                dash(version(name)),
                "build",
                dash(volumes.noted(name, "program", "")),
                "active",
                name.equals(volumes.active()) ? "yes" : "no",
                "boots-next",
                name.equals(boot.next()) ? "yes" : "no",
                "status",
                condition(name));
    }

    private String version(String name) {
        return name.equals(Home.FIRST_VOLUME)
                ? volumes.noted(name, "version", "version=")
                : volumes.description(name).map(Volume::version).orElse("");
    }

    private String condition(String name) {
        if (!volumes.isBootable(name)) {
            return "not complete";
        }
        return boot.failure()
                .filter(failure -> failure.volume().equals(name))
                .map(failure -> "did not come up")
                .orElse("complete");
    }

    private List<Map<String, Object>> bundles() {
        return ledger.manifest().wanted().stream()
                .map(wanted -> row(
                        "bundle",
                        wanted.symbolicName(),
                        "version",
                        wanted.version(),
                        "of-the-distribution",
                        dash(wanted.replacedVersion()),
                        "image",
                        ledger.manifest()
                                .image(wanted.image())
                                .map(Manifest.Image::name)
                                .orElse(NONE)))
                .toList();
    }

    private List<Map<String, Object>> images() {
        Manifest manifest = ledger.manifest();
        return manifest.images().stream()
                .map(image -> row(
                        "image",
                        image.name(),
                        "version",
                        dash(image.version()),
                        "signer",
                        image.signer(),
                        "in-use",
                        manifest.inUse(image) ? "yes" : "no",
                        "bytes",
                        image.size(),
                        "installed",
                        image.installed()))
                .toList();
    }

    private static Map<String, Object> row(Job job) {
        return row(
                "job",
                job.number(),
                "what",
                job.what(),
                "by",
                dash(job.by()),
                "state",
                Jobs.state(job),
                "step",
                job.step(),
                "bundle",
                dash(job.bundle()),
                "started",
                job.started(),
                "ended",
                dash(job.ended()),
                "reason",
                dash(job.reason()));
    }

    private static Map<String, Object> row(HotDeploy.Deployed file) {
        return row(
                "file",
                file.file(),
                "taken-in",
                file.in() ? "yes" : "no",
                "signer",
                file.signer().isEmpty() ? "unsigned" : file.signer(),
                "reason",
                dash(file.reason()));
    }

    private static String dash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    private static Map<String, Object> row(Object... namesAndValues) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            row.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return row;
    }
}
