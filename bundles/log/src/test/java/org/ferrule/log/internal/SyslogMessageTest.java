package org.ferrule.log.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyslogMessageTest {
    private static final long NOON = Instant.parse("2026-11-28T12:00:00.007Z").toEpochMilli();

    private static String frame(int facility, String text, String... trace) {
        byte[] frame = new SyslogMessage(facility, 4, NOON, "org.ferrule.pool", text, trace).frame("dc", 7);
        return new String(frame, StandardCharsets.UTF_8);
    }

    /** What is after the length, which must be right. */
    private static String message(String frame) {
        int blank = frame.indexOf(' ');
        String message = frame.substring(blank + 1);
        assertEquals(
                Integer.parseInt(frame.substring(0, blank)), message.getBytes(StandardCharsets.UTF_8).length, frame);
        return message;
    }

    @Test
    void everyFieldIsInItsPlace() {
        assertEquals(
                "<132>1 2026-11-28T12:00:00.007Z dc ferrule 7 - - org.ferrule.pool: dürr",
                message(frame(SyslogMessage.LOCAL0, "dürr")));
        assertEquals(
                "<108>1 2026-11-28T12:00:00.007Z dc ferrule 7 01420002 - org.ferrule.pool: 01420002:5: AUDIT - x",
                message(frame(SyslogMessage.AUDIT, "01420002:5: AUDIT - x")));
    }

    @Test
    void aCodeOfTmosIsTheMessagesId() {
        assertTrue(frame(16, "01010028:3: No members available for pool /Common/p")
                .contains(" ferrule 7 01010028 - org.ferrule.pool: 01010028:3: No members"));
    }

    @ParameterizedTest
    @CsvSource({"'a\nb','a\\nb'", "'a\r\nb','a\\r\\nb'", "'a\u001b[2Jb','a?[2Jb'", "'a\u0000b','a?b'"})
    void itIsOneLine(String text, String line) {
        assertTrue(message(frame(16, text)).endsWith("org.ferrule.pool: " + line));
    }

    @Test
    void anExceptionIsOnTheSameLineAndBounded() {
        String[] trace = new String[30];
        java.util.Arrays.fill(trace, "\tat x");
        String message = message(frame(16, "failed", trace));
        assertTrue(message.contains("failed\\nat x\\nat x"), message);
        assertTrue(message.endsWith("\\n… 10 more"), message);
    }

    @Test
    void whatIsTooLongIsCutBetweenCharacters() {
        String message = message(frame(16, "ü".repeat(SyslogMessage.MAX_BYTES)));
        int bytes = message.getBytes(StandardCharsets.UTF_8).length;
        assertTrue(bytes <= SyslogMessage.MAX_BYTES && bytes >= SyslogMessage.MAX_BYTES - 1, bytes + " bytes");
        assertTrue(message.endsWith("ü"));
    }

    @Test
    void aHostNameThatIsNoneIsNil() {
        byte[] frame = new SyslogMessage(16, 4, NOON, "x", "y", new String[0]).frame("\n ", 7);
        assertTrue(new String(frame, StandardCharsets.UTF_8).contains("Z - ferrule"));
    }
}
