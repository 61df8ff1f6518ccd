package org.ferrule.lab;

import com.google.gson.JsonObject;
import java.io.UncheckedIOException;

/**
 * What its user does with an appliance's volumes.
 *
 * @param appliance the appliance
 */
public record BootSteps(Appliance appliance) {
    private SoftwareSteps software() {
        return new SoftwareSteps(appliance);
    }

    /** Installs a whole image from the upload folder on a volume; gives how the job ended. */
    public JsonObject install(String image, String volume) {
        String job = software().begin("install sys software image " + image + " volume " + volume + " create-volume");
        return software().awaitOver(job);
    }

    /** What is shown of a volume; empty if there is none of that name. */
    public JsonObject volume(String name) {
        return software().row("volumes", "volume", name);
    }

    /** The status of the appliance's software, as text. */
    public String problems() {
        return software().problems();
    }

    /** Types the command, which restarts the appliance; gives what it said. */
    public String reboot(String words) {
        try (Tmsh tmsh = appliance.ssh()) {
            return tmsh.must("reboot " + words);
        }
    }

    /** Waits until the appliance is another process, and that volume is the one that runs. */
    public void awaitActive(String volume, long before) {
        Await.until(volume + " runs", () -> {
            try {
                return process() != before
                        && volume(volume).has("active")
                        && volume(volume).get("active").getAsString().equals("yes");
            } catch (UncheckedIOException | IllegalStateException notYet) {
                return false;
            }
        });
    }

    /** The number of the appliance's process. */
    public long process() {
        return appliance
                .process()
                .descendants()
                .filter(process -> process.info().command().orElse("").endsWith("java"))
                .mapToLong(ProcessHandle::pid)
                .max()
                .orElse(0);
    }
}
