package org.ferrule.monitor.internal;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * What a monitor does, whatever kind it is.
 *
 * @param interval between probes
 * @param timeout without success for so long, a target is down
 * @param timeUntilUp a target must answer for so long before it is up
 * @param send what to send, or ""
 * @param recv what the answer must contain, or null
 * @param answerWanted whether a connection alone is not enough
 */
record Probing(
        Duration interval, Duration timeout, Duration timeUntilUp, String send, Pattern recv, boolean answerWanted) {
    static Probing of(TcpMonitor m) {
        return new Probing(
                Duration.ofSeconds(m.interval()),
                Duration.ofSeconds(m.timeout()),
                Duration.ofSeconds(m.timeUntilUp()),
                unescaped(m.send()),
                pattern(m.recv()),
                m.recv() != null);
    }

    static Probing of(HttpMonitor m) {
        return new Probing(
                Duration.ofSeconds(m.interval()),
                Duration.ofSeconds(m.timeout()),
                Duration.ofSeconds(m.timeUntilUp()),
                request(unescaped(m.send())),
                pattern(m.recv()),
                true);
    }

    /** Ends with an empty line, however it was typed: many servers wait for that even after {@code GET /} alone. */
    private static String request(String send) {
        String lines = send.stripTrailing();
        return lines.isEmpty() ? "" : lines + "\r\n\r\n";
    }

    private static Pattern pattern(String text) {
        return text == null ? null : Pattern.compile(text);
    }

    static String unescaped(String text) {
        return text == null
                ? ""
                : text.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t");
    }

    /** As records that hold a compiled pattern are never equal by themselves. */
    boolean same(Probing other) {
        return interval.equals(other.interval)
                && timeout.equals(other.timeout)
                && timeUntilUp.equals(other.timeUntilUp)
                && send.equals(other.send)
                && String.valueOf(recv).equals(String.valueOf(other.recv))
                && answerWanted == other.answerWanted;
    }
}
