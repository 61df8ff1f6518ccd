package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ferrule.lab.Checkout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every fault once, by the command that a person types. */
@Timeout(600)
class ChaosIT {
    @TempDir
    static Path folder;

    @Test
    void everyFaultHeals() throws IOException, InterruptedException {
        Path said = folder.resolve("chaos.out");
        ProcessBuilder command = new ProcessBuilder(
                        Checkout.root().resolve("ferrule").toString(), "chaos", "--once", "--seed", "1")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        // What runs is what was built.
        command.environment().put("FERRULE_NO_BUILD", "1");
        int exit = command.start().waitFor();
        String text = Files.readString(said);
        System.out.println(text);
        assertEquals(0, exit, text);
        assertTrue(text.contains("Every byte was right, and both appliances are whole."), text);
    }
}
