package org.ferrule.lab.bench;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ferrule.lab.Await;
import org.ferrule.lab.EchoServer;

/** The other programs that a bench needs: finds them, runs them, reads what they measured, and ends them. */
final class Tools implements AutoCloseable {
    private static final Map<String, String> PACKAGES = new TreeMap<>(Map.ofEntries(
            Map.entry("haproxy", "haproxy"),
            Map.entry("iperf3", "iperf3"),
            Map.entry("wrk", "wrk"),
            Map.entry("stunnel", "stunnel4"),
            Map.entry("openssl", "openssl"),
            Map.entry("ip", "iproute2"),
            Map.entry("cc", "gcc libc6-dev"),
            Map.entry("ssh", "openssh-client"),
            Map.entry("sshd", "openssh-server"),
            Map.entry("zstd", "zstd"),
            Map.entry("npm", "npm"),
            Map.entry("mvn", "maven")));
    private static final Pattern REQUESTS = Pattern.compile("Requests/sec:\\s*([0-9.]+)");
    private static final Pattern FAILED = Pattern.compile("Non-2xx or 3xx responses: (\\d+)|Socket errors: (.*)");

    private static final long APART = TimeUnit.MILLISECONDS.toNanos(50);

    private final Path folder;
    private final List<Process> running = new ArrayList<>();

    Tools(Path folder) {
        this.folder = folder;
    }

    /** Which of the programs are missing, as a sentence; empty if none is. */
    static String missing(String... programs) {
        List<String> packages = new ArrayList<>();
        for (String program : programs) {
            boolean found = false;
            for (String place : (System.getenv("PATH") + ":/usr/sbin:/usr/local/sbin:/sbin").split(":")) {
                found |= Files.isExecutable(Path.of(place, program));
            }
            if (!found) {
                packages.add(PACKAGES.get(program));
            }
        }
        return packages.isEmpty()
                ? ""
                : "this bench needs programs that are not here; on Debian: apt-get install "
                        + String.join(" ", packages);
    }

    /** Starts a server and waits until it listens. */
    void serve(InetSocketAddress listens, String... command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve(Path.of(command[0]).getFileName() + "-" + listens.getPort() + ".out")
                            .toFile());
            builder.environment().merge("PATH", ":/usr/sbin:/usr/local/sbin", String::concat);
            running.add(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Await.until(command[0] + " listens on " + listens, () -> answers(listens));
    }

    static boolean answers(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, 1000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Writes a configuration file. */
    Path file(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts an HTTP server that gives the same small answer to every request. */
    void smallAnswers(InetSocketAddress address) {
        Path config = file("origin-" + address.getPort() + ".cfg", """
                global
                    nbthread 1
                defaults
                    mode http
                    timeout client 60s
                    timeout connect 5s
                    timeout server 60s
                frontend origin
                    bind %s
                    http-request return status 200 content-type text/plain string "a small answer of sixty-four bytes, so that headers outweigh it."
                """.formatted(text(address)));
        serve(address, "haproxy", "-db", "-f", config.toString());
    }

    /** Megabytes a second through the address, over eight connections. */
    double bulk(InetSocketAddress address, int seconds, boolean reverse) {
        List<String> command = new ArrayList<>(List.of(
                "iperf3",
                "--client",
                address.getAddress().getHostAddress(),
                "--port",
                "" + address.getPort(),
                "--parallel",
                "8",
                "--time",
                "" + seconds,
                "--omit",
                "1",
                "--json"));
        if (reverse) {
            command.add("--reverse");
        }
        var end = JsonParser.parseString(run(seconds + 30, command)).getAsJsonObject();
        if (end.has("error")) {
            throw new IllegalStateException("iperf3: " + end.get("error").getAsString());
        }
        return end.getAsJsonObject("end")
                        .getAsJsonObject("sum_received")
                        .get("bits_per_second")
                        .getAsDouble()
                / 8e6;
    }

    /** Small requests a second through the address, over 64 connections. */
    double requests(InetSocketAddress address, int seconds) {
        String printed = run(
                seconds + 30,
                List.of(
                        "wrk",
                        "--threads",
                        "1",
                        "--connections",
                        "64",
                        "--duration",
                        seconds + "s",
                        "http://" + text(address) + "/"));
        Matcher failed = FAILED.matcher(printed);
        if (failed.find()) {
            throw new IllegalStateException("wrk met failures: " + failed.group());
        }
        Matcher requests = REQUESTS.matcher(printed);
        if (!requests.find()) {
            throw new IllegalStateException("wrk printed no rate:\n" + printed);
        }
        return Double.parseDouble(requests.group(1));
    }

    /** Milliseconds from dialling to the answer with nothing else going on, which three of four connections keep. */
    double lone(InetSocketAddress address, int count) {
        byte[] request = "GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        long[] took = new long[count];
        for (int i = 0; i < count; i++) {
            apart();
            long start = System.nanoTime();
            try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                socket.getOutputStream().write(request);
                if (socket.getInputStream().readAllBytes().length == 0) {
                    throw new IllegalStateException(text(address) + " gave no answer");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            took[i] = System.nanoTime() - start;
        }
        Arrays.sort(took);
        return took[count * 3 / 4] / 1e6;
    }

    /** A pause between lone connections, in which everybody goes to sleep again. */
    static void apart() {
        LockSupport.parkNanos(APART);
    }

    /** Starts an echo server, which is a process of its own for the sake of its limits and its processor time. */
    void echo(InetSocketAddress address) {
        serve(
                address,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                EchoServer.class.getName(),
                address.getAddress().getHostAddress(),
                Integer.toString(address.getPort()));
    }

    /** Two hops of HAProxy in front of a server; gives where the near one listens. */
    InetSocketAddress haproxies(InetSocketAddress server) {
        return haproxy("127.0.12.1", haproxy("127.0.22.1", server));
    }

    private InetSocketAddress haproxy(String host, InetSocketAddress server) {
        InetSocketAddress address = Relay.address(host);
        haproxy(Map.of(address, server));
        return address;
    }

    /** A HAProxy that relays what comes to each address to the server behind it. */
    void haproxy(Map<InetSocketAddress, InetSocketAddress> servers) {
        StringBuilder config = new StringBuilder("""
                global
                    nbthread 2
                defaults
                    mode tcp
                    timeout client 60s
                    timeout connect 5s
                    timeout server 60s
                """);
        servers.forEach(
                (address, server) -> config.append("""
                listen port%d
                    bind %s
                    server next %s
                """.formatted(address.getPort(), text(address), text(server))));
        InetSocketAddress any = servers.keySet().iterator().next();
        serve(
                any,
                "haproxy",
                "-db",
                "-f",
                file("haproxy-" + any.getPort() + ".cfg", config.toString()).toString());
    }

    static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /** Runs a program to its end and gives what it printed. */
    String run(int seconds, List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            running.add(process);
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                throw new IllegalStateException(command + " did not end in " + seconds + " s");
            }
            running.remove(process);
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        running.forEach(Process::destroy);
    }
}
