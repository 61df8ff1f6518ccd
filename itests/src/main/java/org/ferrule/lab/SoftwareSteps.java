package org.ferrule.lab;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.UncheckedIOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What its user does with an appliance's software, and sees of it. Each step is a session of its own.
 *
 * @param appliance the appliance
 */
public record SoftwareSteps(Appliance appliance) {
    private static final Pattern JOB = Pattern.compile("Job (\\d+) does it");

    /** Begins a job; gives its number. */
    public String begin(String command) {
        try (Tmsh tmsh = appliance.ssh()) {
            String said = tmsh.must(command);
            Matcher job = JOB.matcher(said);
            if (!job.find()) {
                throw new IllegalStateException("no job was begun: " + said);
            }
            return job.group(1);
        }
    }

    /** Whether a job is over, which nobody can ask in the moment in which the module ssh is replaced. */
    public boolean over(String number) {
        try {
            return !job(number).get("state").getAsString().equals("running");
        } catch (UncheckedIOException nobodyListens) {
            return false;
        }
    }

    /** Waits until a job is over; gives how it ended. */
    public JsonObject awaitOver(String number) {
        Await.until("job " + number + " is over", () -> over(number));
        return job(number);
    }

    /** What is shown of a job. */
    public JsonObject job(String number) {
        return row("jobs", "job", number);
    }

    /** Waits until no job runs, of an appliance that may have just been started. */
    public void awaitIdle() {
        Await.until("no job runs", () -> {
            try {
                return row("jobs", "state", "running").size() == 0;
            } catch (IllegalStateException | UncheckedIOException nobodyYet) {
                return false;
            }
        });
    }

    /** The first row of a table that has this value in a column; empty if none has. */
    public JsonObject row(String table, String column, String value) {
        for (JsonElement row : shown().getAsJsonArray(table)) {
            if (row.getAsJsonObject().get(column).getAsString().equals(value)) {
                return row.getAsJsonObject();
            }
        }
        return new JsonObject();
    }

    /** The status of the software, as text. */
    public String problems() {
        return shown().get("reason").getAsString();
    }

    private JsonObject shown() {
        try (Tmsh tmsh = appliance.ssh()) {
            return tmsh.json("show sys software").getAsJsonArray().get(0).getAsJsonObject();
        }
    }
}
