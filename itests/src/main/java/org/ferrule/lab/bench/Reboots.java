package org.ferrule.lab.bench;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ferrule.lab.Await;
import org.ferrule.lab.BootSteps;
import org.ferrule.lab.Checkout;
import org.ferrule.lab.ImageFile;
import org.ferrule.lab.SigningKey;
import org.ferrule.lab.Sites;
import org.ferrule.lab.Tmsh;

/** The branch is booted into another volume and back: for how long nobody is answered, and what is not restored then. */
final class Reboots {
    private static final double LONGEST_SECONDS = 10;
    private static final String OTHER = "HD1.2";

    private final Sites sites;
    private final BootSteps steps;
    private final InetSocketAddress plain;
    private final InetSocketAddress tunnelled;
    private final List<Result> results = new ArrayList<>();

    Reboots(Sites sites, InetSocketAddress plain, InetSocketAddress tunnelled) {
        this.sites = sites;
        this.steps = new BootSteps(sites.branch());
        this.plain = plain;
        this.tunnelled = tunnelled;
    }

    /** Installs the distribution itself on another volume, boots it, and goes back. */
    List<Result> measure(SigningKey key) throws IOException {
        for (var appliance : List.of(sites.dc(), sites.branch())) {
            try (Tmsh tmsh = appliance.ssh()) {
                tmsh.must("save sys config");
            }
        }
        Path uploads = Files.createDirectories(sites.branch().home().resolve("uploads/admin"));
        ImageFile.whole(Checkout.distribution(), Map.of(), "2.0.0", key, uploads.resolve("whole.kar"));
        JsonObject job = steps.install("whole", OTHER);
        if (!job.get("state").getAsString().equals("done")) {
            throw new IllegalStateException("the whole image was not installed: " + job);
        }
        String before = configuration();
        boot(OTHER, "boot into another volume");
        boot("HD1.1", "boot back");
        String after = configuration();
        results.add(new Result(
                "configuration restored", after.equals(before) ? 1 : 0, 1, "limit", 1, 1, after.equals(before)));
        return results;
    }

    private String configuration() {
        try (Tmsh tmsh = sites.branch().ssh()) {
            return tmsh.must("list");
        }
    }

    private void boot(String volume, String name) {
        long process = steps.process();
        try (Outage near = Outage.of(plain);
                Outage far = Outage.of(tunnelled)) {
            long asked = System.nanoTime();
            Await.until("both answer", () -> near.answeredSince(asked) && far.answeredSince(asked));
            steps.reboot("volume " + volume);
            steps.awaitActive(volume, process);
            long there = System.nanoTime();
            Await.until("both answer again", () -> near.answeredSince(there) && far.answeredSince(there));
            sites.awaitTunnel(true);
            result(name + ": plain connections, s", near);
            result(name + ": through the tunnel, s", far);
        }
    }

    private void result(String metric, Outage outage) {
        System.out.printf("%s without an answer: %.1f%n", metric, outage.seconds());
        results.add(new Result(
                metric,
                outage.seconds(),
                LONGEST_SECONDS,
                "limit",
                outage.seconds() / LONGEST_SECONDS,
                LONGEST_SECONDS,
                outage.seconds() < LONGEST_SECONDS));
    }
}
