package org.ferrule.lab.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ferrule.lab.Checkout;

/** The link between two namespaces: runs {@code bench/wan-link}, which is compiled when it is first needed. */
final class WanLink implements AutoCloseable {
    private static final Path SOURCE = Checkout.root().resolve("bench/wan-link/wan-link.c");
    private static final Path PROGRAM = Checkout.root().resolve("build/bench/wan-link");
    private static final long SEED = 7;

    private final Process process;
    private final BufferedReader answers;

    /** Joins the devices, both called {@code wan}, of two namespaces. */
    WanLink(String near, String far) {
        try {
            process = new ProcessBuilder(PROGRAM.toString(), near, "wan", far, "wan")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            answers = process.inputReader(StandardCharsets.US_ASCII);
            expect("ready", answers.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Compiles the program if its source is newer. */
    static void build(Tools tools) {
        try {
            Files.createDirectories(PROGRAM.getParent());
            if (Files.exists(PROGRAM)
                    && Files.getLastModifiedTime(PROGRAM).compareTo(Files.getLastModifiedTime(SOURCE)) > 0) {
                return;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String said = tools.run(
                60, List.of("cc", "-std=gnu11", "-O2", "-pthread", "-o", PROGRAM.toString(), SOURCE.toString()));
        if (!said.isBlank() || !Files.exists(PROGRAM)) {
            throw new IllegalStateException("cc cannot make the link:\n" + said);
        }
    }

    /** Is this link from now on. */
    void set(WanScenario link) {
        expect(
                "ok",
                ask("set " + link.megabits() * 1_000_000L + " " + link.roundTrip() * 500L + " " + link.lossPerMillion()
                        + " " + link.queueBytes() + " " + SEED));
    }

    /** Bytes that were sent over it so far, both ways together. */
    long bytes() {
        String[] counts = ask("count").split(" ");
        return Long.parseLong(counts[0]) + Long.parseLong(counts[4]);
    }

    private synchronized String ask(String command) {
        try {
            process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
            return answers.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException("wan-link ended", e);
        }
    }

    private static void expect(String wanted, String said) {
        if (!wanted.equals(said)) {
            throw new IllegalStateException("wan-link said " + said + " instead of " + wanted);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
