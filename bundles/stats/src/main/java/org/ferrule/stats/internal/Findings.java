package org.ferrule.stats.internal;

import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.ResultLog;

/**
 * What a check finds, as a result of Felix's health checks: each problem is an entry "subject: what is wrong", and the
 * plain entry after it says what to do.
 */
final class Findings {
    private final ResultLog log = new ResultLog();

    /** Something does not serve as it should. */
    Findings critical(String subject, String what, String toDo) {
        return add(Result.Status.CRITICAL, subject, what, toDo);
    }

    /** Something will be wrong, or is and is made up for. */
    Findings warn(String subject, String what, String toDo) {
        return add(Result.Status.WARN, subject, what, toDo);
    }

    private Findings add(Result.Status severity, String subject, String what, String toDo) {
        log.add(new ResultLog.Entry(severity, subject + Problem.SEPARATOR + what));
        log.add(new ResultLog.Entry(Result.Status.OK, toDo));
        return this;
    }

    Result result() {
        return new Result(log);
    }
}
