package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Checkout;
import org.ferrule.lab.Ports;
import org.ferrule.lab.SshKey;
import org.ferrule.lab.Tmsh;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where SSH answers from start to start, by the {@code ferrule} command as a person uses it. */
@Timeout(180)
class SshPortIT {
    private static final String ADDRESS = "127.0.12.1";

    @TempDir
    Path folder;

    private final SshKey key = SshKey.generate();
    private Path home;
    private int first;

    private record Result(int exit, String out) {}

    @BeforeEach
    void startOnce() throws Exception {
        home = folder.resolve("a home");
        first = Ports.free(ADDRESS, 0);
        key.writePrivate(folder.resolve("key"));
        Files.writeString(folder.resolve("key.pub"), key.publicLine() + "\n");
        must(
                "start",
                "--ssh-address",
                ADDRESS,
                "--ssh-port",
                Integer.toString(first),
                "--admin-key",
                folder.resolve("key.pub").toString());
    }

    @AfterEach
    void stop() throws Exception {
        ferrule("stop");
    }

    @Test
    void aPortOutlivesARestartIfItWasSavedOrGivenToTheFirstStart() throws Exception {
        assertFound(first);
        must("stop");
        must("start");
        assertFound(first);
        int second = Ports.free(ADDRESS, 0);
        try (Tmsh tmsh = ssh(first)) {
            tmsh.must("modify sys sshd port " + second + " description \"moved;\nport 1\n}\"");
        }
        assertFound(second);
        try (Tmsh tmsh = ssh(second)) {
            tmsh.must("save sys config");
        }
        must("stop");
        assertEquals(3, ferrule("status").exit());
        assertFalse(answers(second));

        must("start");
        assertFound(second);
        assertFalse(answers(first), "it answers where it was before too");
    }

    @Test
    void anOptionOverridesWhatWasSavedAndIsRememberedOnlyIfItIsSaved() throws Exception {
        must("stop");
        int second = Ports.free(ADDRESS, 0);
        must("start", "--ssh-port=" + second);
        try (Tmsh tmsh = ssh(second)) {
            assertTrue(tmsh.must("list sys sshd").contains("port " + second));
        }
        must("stop");
        must("start");
        assertFound(first);
    }

    /** All ways to find the appliance lead to the port. */
    private void assertFound(int port) throws Exception {
        String command = "ssh -p " + port + " admin@" + ADDRESS;
        String status = must("status");
        assertTrue(status.contains(command), status);
        assertTrue(must("ssh", "list sys sshd one-line").contains("port " + port));
        try (Tmsh tmsh = ssh(port)) {
            assertTrue(tmsh.must("show sys sshd").contains(ADDRESS + ":" + port));
        }
    }

    private Tmsh ssh(int port) {
        return Appliance.of("moved", home, ADDRESS, port, key).ssh();
    }

    private static boolean answers(int port) throws IOException {
        try (Socket socket = new Socket(ADDRESS, port)) {
            return socket.isConnected();
        } catch (ConnectException refused) {
            return false;
        }
    }

    private String must(String subcommand, String... arguments) throws Exception {
        Result result = ferrule(subcommand, arguments);
        assertEquals(0, result.exit(), result.out());
        return result.out();
    }

    private Result ferrule(String subcommand, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Checkout.root().resolve("ferrule").toString(), subcommand, "--home", home.toString()));
        command.addAll(List.of(arguments));
        // A file, not a pipe: what "start" leaves behind would hold a pipe open.
        Path output = folder.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("FERRULE_NO_BUILD", "1");
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(150, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            Assertions.fail(command + " did not end: " + Files.readString(output));
        }
        return new Result(process.exitValue(), Files.readString(output));
    }
}
