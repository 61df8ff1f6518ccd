package org.ferrule.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** One appliance: a process of the real distribution, started by {@code ferrule up} as its user would. */
public final class Appliance implements AutoCloseable {
    private static final int STOP_SECONDS = 30;

    private final SshHost host;
    private final SshKey key;
    private final Map<String, String> environment = new HashMap<>();
    private List<String> within = List.of();
    private Process process;

    private Appliance(SshHost host, SshKey key) {
        this.host = host;
        this.key = key;
    }

    /** An appliance that keeps its data in {@code home} and lets {@code key} log in as admin. It is not started yet. */
    public static Appliance of(String name, Path home, String sshAddress, int sshPort, SshKey key) {
        return new Appliance(new SshHost(name, sshAddress, sshPort, home), key);
    }

    /** Has it run in a network namespace of this machine; it is not started yet. */
    public Appliance inNamespace(String namespace) {
        within = List.of("ip", "netns", "exec", namespace);
        return this;
    }

    /** Has it run with a variable of the environment; it is not started yet. */
    public Appliance with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Its host name. */
    public String name() {
        return host.name();
    }

    /** Where it keeps what is its own. */
    public Path home() {
        return host.home();
    }

    /** Where its shell listens. */
    public int sshPort() {
        return host.port();
    }

    /** The address at which its shell listens. */
    public String sshAddress() {
        return host.address();
    }

    /** Where its shell is. */
    public SshHost host() {
        return host;
    }

    /** The process, for measuring it. */
    public Process process() {
        return process;
    }

    /** Its Java machine: what was started is a script that starts that, or became it. */
    public ProcessHandle java() {
        ProcessHandle started = process.toHandle();
        return Stream.concat(Stream.of(started), started.descendants())
                .filter(p -> p.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(name() + " does not run"));
    }

    /** Starts it and waits until it says that it is up. */
    public Appliance start() {
        launch();
        awaitUp();
        return this;
    }

    /** Starts it without waiting. */
    public void launch() {
        try {
            Files.createDirectories(home());
            Path publicKey = home().resolveSibling(home().getFileName() + ".admin-key.pub");
            Files.writeString(publicKey, key.publicLine() + "\n");
            List<String> command = new ArrayList<>(within);
            command.addAll(List.of(
                    Checkout.root().resolve("ferrule").toString(),
                    "up",
                    "--home",
                    home().toString(),
                    "--name",
                    name(),
                    "--ssh-address",
                    sshAddress(),
                    "--ssh-port",
                    Integer.toString(sshPort()),
                    "--admin-key",
                    publicKey.toString()));
            // A file, not a pipe: the appliance may outlive whoever started it.
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(outputFile().toFile());
            // What runs is what was built: a test never builds.
            builder.environment().put("FERRULE_NO_BUILD", "1");
            builder.environment().putAll(environment);
            process = builder.start();
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it says that it is up. */
    public void awaitUp() {
        Await.until(name() + " is up", () -> {
            if (output().contains("Ferrule is up")) {
                return true;
            }
            if (!process.isAlive()) {
                throw new IllegalStateException(name() + " ended before it was up:\n" + output());
            }
            return false;
        });
    }

    /** What it printed since it was last started. */
    public String output() {
        try {
            return Files.readString(outputFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path outputFile() {
        return home().resolveSibling(name() + ".out");
    }

    /** Its log so far. */
    public String log() {
        try {
            return Files.readString(home().resolve("log/ferrule.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Logs in over SSH. */
    public Tmsh ssh() {
        return Tmsh.connect(host, key);
    }

    /** Stops it in good order and waits for that. */
    public void stop() {
        if (process == null || !process.isAlive()) {
            return;
        }
        process.destroy();
        await();
    }

    /** Pulls the plug: it ends at once, with no chance to write or say anything. */
    public void kill() {
        if (process == null) {
            return;
        }
        // Its launcher is gone sooner than the Java machine, which listens until its memory is given back.
        List<ProcessHandle> all = process.descendants().toList();
        all.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        await();
        all.forEach(this::awaitGone);
    }

    private void awaitGone(ProcessHandle killed) {
        try {
            killed.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(name() + " is killed and does not end in " + STOP_SECONDS + " s", e);
        }
    }

    private void await() {
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new IllegalStateException(name() + " did not stop in " + STOP_SECONDS + " s:\n" + output());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        stop();
    }
}
