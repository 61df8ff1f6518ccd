package org.ferrule.software.internal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Something that goes on without the session that began it.
 *
 * @param what it does, for people
 * @param by the user who began it, or "" if the appliance did
 * @param step what is being done now, or was last
 * @param bundle what that is done with, or ""
 * @param started when, as text
 * @param ended when, as text; "" while it runs
 * @param reason why it ended as it did, or ""
 */
record Job(
        int number,
        String what,
        String by,
        State state,
        String step,
        String bundle,
        String started,
        String ended,
        String reason) {
    enum State {
        RUNNING,
        DONE,
        FAILED,
        CANCELLED,
        INTERRUPTED
    }

    static Job begun(int number, String what, String by, Instant now) {
        return new Job(number, what, by, State.RUNNING, "waiting", "", text(now), "", "");
    }

    static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    Job at(String newStep, String newBundle) {
        return new Job(number, what, by, state, newStep, newBundle, started, ended, reason);
    }

    Job over(State as, String why, Instant now) {
        return new Job(number, what, by, as, step, bundle, started, text(now), why);
    }

    boolean running() {
        return state == State.RUNNING;
    }
}
