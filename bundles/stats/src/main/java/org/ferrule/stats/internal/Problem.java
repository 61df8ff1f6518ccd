package org.ferrule.stats.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.ResultLog;

/**
 * Something that is wrong.
 *
 * @param check the check that found it
 * @param critical whether something does not serve as it should; else it is a warning
 * @param subject what it is wrong with; the same while the problem lasts
 * @param what what is wrong
 * @param toDo what a person can do, or ""
 * @param since when it was first found
 */
record Problem(String check, boolean critical, String subject, String what, String toDo, Instant since) {
    static final String SEPARATOR = ": ";

    /** The problems in a check's result. */
    static List<Problem> in(String check, Result result, Instant now) {
        List<Problem> problems = new ArrayList<>();
        boolean hint = false;
        for (ResultLog.Entry entry : result) {
            if (entry.getStatus() != Result.Status.OK) {
                problems.add(of(check, entry, now));
                hint = true;
            } else if (hint && !entry.isDebug()) {
                int last = problems.size() - 1;
                problems.set(last, problems.get(last).advised(entry.getMessage()));
                hint = false;
            }
        }
        return problems;
    }

    private static Problem of(String check, ResultLog.Entry entry, Instant now) {
        String message = String.valueOf(entry.getMessage());
        int end = message.indexOf(SEPARATOR);
        boolean critical = entry.getStatus().ordinal() >= Result.Status.CRITICAL.ordinal();
        return end < 0
                ? new Problem(check, critical, check, message, "", now)
                : new Problem(
                        check,
                        critical,
                        message.substring(0, end),
                        message.substring(end + SEPARATOR.length()),
                        "",
                        now);
    }

    private Problem advised(String hint) {
        return new Problem(check, critical, subject, what, hint, since);
    }

    Problem since(Instant first) {
        return new Problem(check, critical, subject, what, toDo, first);
    }

    /** The same while the problem lasts. */
    String key() {
        return check + '\n' + subject;
    }
}
