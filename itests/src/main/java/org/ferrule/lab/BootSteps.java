package org.ferrule.lab;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.UncheckedIOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What its user does with an appliance's volumes.
 *
 * @param appliance the appliance
 */
public record BootSteps(Appliance appliance) {
    private static final Pattern JOB = Pattern.compile("Job (\\d+) does it");

    /** Installs a whole image from the upload folder on a volume; gives how the job ended. */
    public JsonObject install(String image, String volume) {
        String number;
        try (Tmsh tmsh = appliance.ssh()) {
            String said = tmsh.must("install sys software image " + image + " volume " + volume + " create-volume");
            Matcher job = JOB.matcher(said);
            if (!job.find()) {
                throw new IllegalStateException("no job was begun: " + said);
            }
            number = job.group(1);
        }
        JsonObject[] ended = {null};
        Await.until("job " + number + " is over", () -> {
            JsonObject job = row("jobs", "job", number);
            ended[0] = job;
            return !job.get("state").getAsString().equals("running");
        });
        return ended[0];
    }

    /** What is shown of a volume; empty if there is none of that name. */
    public JsonObject volume(String name) {
        return row("volumes", "volume", name);
    }

    /** The status of the appliance's software, as text. */
    public String problems() {
        return software().get("reason").getAsString();
    }

    private JsonObject software() {
        try (Tmsh tmsh = appliance.ssh()) {
            return tmsh.json("show sys software").getAsJsonArray().get(0).getAsJsonObject();
        }
    }

    private JsonObject row(String table, String column, String value) {
        for (JsonElement row : software().getAsJsonArray(table)) {
            if (row.getAsJsonObject().get(column).getAsString().equals(value)) {
                return row.getAsJsonObject();
            }
        }
        return new JsonObject();
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
