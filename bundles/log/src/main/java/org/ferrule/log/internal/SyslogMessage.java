package org.ferrule.log.internal;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One message as RFC 5424 has it, on one line.
 *
 * @param facility 13 for the audit log, 16 (local0) for the rest
 * @param severity 0, the gravest, to 7
 * @param millis when it was logged, since 1970
 * @param logger who logged it: its last part is the tag that people know
 * @param text what was logged
 * @param trace the exception's lines; empty if there is none
 */
record SyslogMessage(int facility, int severity, long millis, String logger, String text, String[] trace) {
    static final int LOCAL0 = 16;
    static final int AUDIT = 13;
    /** What every receiver should take (RFC 5425, 4.3.1). */
    static final int MAX_BYTES = 8192;

    private static final int MAX_TRACE = 20;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    /** TMOS's codes: 01010028:3: No members available … */
    private static final Pattern CODE = Pattern.compile("([0-9a-f]{8}):[0-7]: ");

    /**
     * The message with its length in front (RFC 6587, 3.4.1; RFC 5425, 4.3).
     *
     * @param host the appliance's host name
     * @param process its process id
     */
    byte[] frame(String host, long process) {
        String message = "<" + (facility * 8 + severity) + ">1 " + TIME.format(Instant.ofEpochMilli(millis)) + " "
                + printable(host) + " ferrule " + process + " " + id() + " - " + logger + ": " + oneLine();
        byte[] bytes = cut(message);
        byte[] length = (bytes.length + " ").getBytes(StandardCharsets.US_ASCII);
        byte[] frame = new byte[length.length + bytes.length];
        System.arraycopy(length, 0, frame, 0, length.length);
        System.arraycopy(bytes, 0, frame, length.length, bytes.length);
        return frame;
    }

    private String id() {
        Matcher code = CODE.matcher(text);
        return code.lookingAt() ? code.group(1) : "-";
    }

    private static String printable(String host) {
        String name = host.replaceAll("[^!-~]", "");
        return name.isEmpty() ? "-" : name.substring(0, Math.min(255, name.length()));
    }

    private String oneLine() {
        StringBuilder line = new StringBuilder(text);
        for (int i = 0; i < Math.min(trace.length, MAX_TRACE); i++) {
            line.append('\n').append(trace[i].strip());
        }
        if (trace.length > MAX_TRACE) {
            line.append("\n… ").append(trace.length - MAX_TRACE).append(" more");
        }
        // As the files have it; other control characters could steer a terminal.
        return line.toString().replace("\r", "\\r").replace("\n", "\\n").replaceAll("\\p{Cntrl}", "?");
    }

    /** At most {@link #MAX_BYTES}, cut between characters. */
    private static byte[] cut(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_BYTES) {
            return bytes;
        }
        int end = MAX_BYTES;
        while ((bytes[end] & 0xc0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(bytes, end);
    }
}
