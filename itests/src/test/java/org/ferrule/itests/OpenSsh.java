package org.ferrule.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ferrule.lab.Appliance;

/** The system's own {@code ssh}, {@code sftp} and {@code scp}, as an attacker or a user has them. */
final class OpenSsh {
    private static final int PATIENCE_SECONDS = 60;

    private final Appliance appliance;
    private final Path folder;

    /** @param folder has the private key in the file {@code key}, and takes what is written */
    OpenSsh(Appliance appliance, Path folder) {
        this.appliance = appliance;
        this.folder = folder;
    }

    /** How a program ended, and what it said on both outputs. */
    record Said(int exit, String text) {}

    Said sftp(String user, String... commands) {
        return run(String.join("\n", commands) + "\n", "sftp", "-P", user, "-b", "-", target(user));
    }

    Said ssh(String user, List<String> options, String... command) {
        List<String> more = new ArrayList<>(options);
        more.add(target(user));
        more.addAll(List.of(command));
        return run("", "ssh", "-p", user, more.toArray(String[]::new));
    }

    Said scp(String user, List<String> options, Path from, String to) {
        List<String> more = new ArrayList<>(options);
        more.addAll(List.of(from.toString(), target(user) + ":" + to));
        return run("", "scp", "-P", user, more.toArray(String[]::new));
    }

    private String target(String user) {
        return user + "@" + appliance.sshAddress();
    }

    /** Begins a program that goes on until it is ended. */
    Process begin(String user, List<String> options) throws IOException {
        List<String> command = command("ssh", "-p");
        command.addAll(options);
        command.add(target(user));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("begun").toFile())
                .start();
    }

    private List<String> command(String program, String port) {
        return new ArrayList<>(List.of(
                program,
                "-F",
                "/dev/null",
                port,
                Integer.toString(appliance.sshPort()),
                "-i",
                folder.resolve("key").toString(),
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "BatchMode=yes",
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=" + folder.resolve("known_hosts")));
    }

    private Said run(String input, String program, String port, String user, String... more) {
        try {
            List<String> command = command(program, port);
            command.addAll(List.of(more));
            Path in = Files.writeString(folder.resolve("input"), input);
            Path out = folder.resolve("output");
            Process process = new ProcessBuilder(command)
                    .redirectInput(in.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " did not end: " + Files.readString(out));
            }
            return new Said(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
