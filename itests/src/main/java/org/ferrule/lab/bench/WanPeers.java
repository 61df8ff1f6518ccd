package org.ferrule.lab.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ferrule.lab.Await;

/** The origin, and what people use instead of us to reach it: {@code ssh -C -L} and a pair of stunnels. */
final class WanPeers implements AutoCloseable {
    static final InetSocketAddress ORIGIN = new InetSocketAddress(WanSpaces.DC, 8000);
    static final InetSocketAddress SSH = new InetSocketAddress("127.0.0.1", 8001);
    static final InetSocketAddress STUNNEL = new InetSocketAddress("127.0.0.1", 8002);

    private static final InetSocketAddress SSHD = new InetSocketAddress(WanSpaces.DC, 8022);
    private static final InetSocketAddress FAR_STUNNEL = new InetSocketAddress(WanSpaces.DC, 8443);
    private static final String STUNNEL_COMMON = """
            foreground = yes
            pid =
            syslog = no
            debug = 3
            socket = l:TCP_NODELAY=1
            socket = r:TCP_NODELAY=1
            sslVersion = TLSv1.3
            """;

    private final Tools tools;
    private final Path folder;
    private final String far;
    private final List<Process> running = new ArrayList<>();
    private Process ssh;

    WanPeers(Tools tools, Path folder, String far) {
        this.tools = tools;
        this.folder = folder;
        this.far = far;
    }

    /** Starts all of them. */
    WanPeers start(Path content) {
        String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
        far(
                "origin",
                java,
                "-cp",
                System.getProperty("java.class.path"),
                WanOrigin.class.getName(),
                "8000",
                "" + content);
        sshd();
        stunnels();
        for (InetSocketAddress at : List.of(ORIGIN, SSHD, FAR_STUNNEL, STUNNEL)) {
            Await.until("something listens at " + at, () -> Tools.answers(at));
        }
        reconnect();
        return this;
    }

    private void sshd() {
        for (String key : List.of("host-key", "user-key")) {
            tools.run(10, List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "" + folder.resolve(key)));
        }
        Path config = tools.file("sshd.conf", """
                ListenAddress %s:%d
                HostKey %s/host-key
                AuthorizedKeysFile %s/user-key.pub
                PidFile none
                StrictModes no
                PermitRootLogin prohibit-password
                UsePAM no
                """.formatted(WanSpaces.DC, SSHD.getPort(), folder, folder));
        try {
            // sshd insists on this folder, which a service manager otherwise makes.
            Files.createDirectories(Path.of("/run/sshd"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        far("sshd", "/usr/sbin/sshd", "-D", "-e", "-f", "" + config);
    }

    private void stunnels() {
        Path pem = folder.resolve("stunnel.pem");
        tools.run(
                30,
                List.of(("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=bench"
                                + " -keyout " + pem + " -out " + pem + ".crt")
                        .split(" ")));
        String key = "cert = " + pem + ".crt\nkey = " + pem + "\nCAfile = " + pem + ".crt\nverifyPeer = yes\n";
        Path farConfig = tools.file(
                "stunnel-far.conf",
                STUNNEL_COMMON + "[far]\naccept = " + Tools.text(FAR_STUNNEL) + "\nconnect = " + Tools.text(ORIGIN)
                        + "\n" + key);
        Path nearConfig = tools.file(
                "stunnel-near.conf",
                STUNNEL_COMMON + "client = yes\n[near]\naccept = " + Tools.text(STUNNEL) + "\nconnect = "
                        + Tools.text(FAR_STUNNEL) + "\n" + key);
        far("stunnel-far", "stunnel", "" + farConfig);
        running.add(start("stunnel-near", List.of("stunnel", "" + nearConfig)));
    }

    /** Opens the SSH connection anew: what it learned about another link is forgotten. */
    void reconnect() {
        if (ssh != null) {
            ssh.destroy();
            Await.until("ssh has ended", () -> !ssh.isAlive());
        }
        ssh = start(
                "ssh",
                List.of(("ssh -N -C -L " + Tools.text(SSH) + ":" + Tools.text(ORIGIN) + " -p " + SSHD.getPort()
                                + " -i " + folder + "/user-key -o BatchMode=yes -o StrictHostKeyChecking=no"
                                + " -o UserKnownHostsFile=/dev/null -F none root@" + WanSpaces.DC)
                        .split(" ")));
        Await.until("ssh forwards", () -> Tools.answers(SSH));
    }

    private void far(String name, String... command) {
        running.add(start(name, WanSpaces.in(far, List.of(command))));
    }

    private Process start(String name, List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve(name + ".out").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (ssh != null) {
            ssh.destroy();
        }
        running.forEach(Process::destroy);
    }
}
