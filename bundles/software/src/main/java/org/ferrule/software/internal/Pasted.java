package org.ferrule.software.internal;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import org.ferrule.config.ConfigException;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;

/** Reads a file that is pasted at a terminal in base64. */
final class Pasted {
    private static final String END = ".";
    private static final int MAX_LINE = 1 << 20;

    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private final StringBuilder left = new StringBuilder();

    /**
     * Reads until a line that is a dot alone, or ctrl-D.
     *
     * @throws ConfigException if what is typed is no base64, or too much, or ctrl-C was typed
     */
    static byte[] read(Terminal terminal) throws ConfigException {
        terminal.writer()
                .println("Paste the image in base64 (base64 FILE prints it); end with a line that is a dot alone.");
        LineReader reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .variable(LineReader.DISABLE_HISTORY, true)
                .build();
        Pasted pasted = new Pasted();
        try {
            for (String line = reader.readLine(); !END.equals(line.strip()); line = reader.readLine()) {
                pasted.take(line);
            }
        } catch (UserInterruptException e) {
            throw new ConfigException("Nothing was installed: ctrl-C was typed", e);
        } catch (EndOfFileException e) {
            return pasted.finish();
        }
        return pasted.finish();
    }

    /** Takes the next line. */
    void take(String line) throws ConfigException {
        if (line.length() > MAX_LINE) {
            throw new ConfigException("A line of base64 may have at most " + MAX_LINE + " characters");
        }
        left.append(line.replaceAll("\\s", ""));
        int whole = left.length() / 4 * 4;
        append(left.substring(0, whole));
        left.delete(0, whole);
        if (content.size() > Archive.MAX_BYTES) {
            throw new ConfigException("An image may have at most " + (Archive.MAX_BYTES >> 20) + " MB");
        }
    }

    private void append(String base64) throws ConfigException {
        try {
            content.writeBytes(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("This is not base64: " + e.getMessage(), e);
        }
    }

    /** All that came. */
    byte[] finish() throws ConfigException {
        append(left.toString());
        return content.toByteArray();
    }
}
