package org.ferrule.software.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.ferrule.config.Home;

/** Has the program of a volume resolved and kept by Karaf before it is booted; that also shows whether it can be. */
@FunctionalInterface
interface Warmer {
    /**
     * Warms the cache.
     *
     * @param calledOff asked several times a second; ends it, and what it began
     * @throws IOException if the program does not get so far, with a message for people
     */
    void warm(String volume, BooleanSupplier calledOff) throws IOException, InterruptedException;

    /**
     * The command that started the appliance does it.
     *
     * @param launcher the command
     * @param home the appliance's home
     */
    record ByLauncher(Path launcher, Home home) implements Warmer {
        private static final long LOOK_MILLIS = 250;
        private static final long END_SECONDS = 20;

        @Override
        public void warm(String volume, BooleanSupplier calledOff) throws IOException, InterruptedException {
            Path said = home.on(volume).place().resolve("warming.out");
            Process process = new ProcessBuilder(
                            launcher.toString(),
                            "warm",
                            "--home",
                            home.directory().toString(),
                            volume)
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            try {
                process.getOutputStream().close();
                while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                    if (calledOff.getAsBoolean()) {
                        return;
                    }
                }
                if (process.exitValue() != 0) {
                    throw new IOException("its program does not start: " + lastOf(Files.readAllLines(said)));
                }
            } finally {
                end(process);
                Files.deleteIfExists(said);
            }
        }

        /** It ends what it started, within ten seconds. */
        private static void end(Process process) throws InterruptedException {
            if (process.isAlive()) {
                process.destroy();
                if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                }
            }
        }

        private static String lastOf(List<String> lines) {
            return lines.isEmpty() ? "it says nothing" : lines.get(lines.size() - 1);
        }
    }
}
