package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.ferrule.itests.OpenSsh.Said;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;
import org.ferrule.lab.Checkout;
import org.ferrule.lab.Ports;
import org.ferrule.lab.SshKey;
import org.ferrule.lab.Tmsh;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What OpenSSH's own clients get from an appliance, and what they do not; and what its files show to others. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class SshHardenedIT {
    private static final String ADDRESS = "127.0.13.1";
    private static final String PASSWORD = "a long enough one";
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    @TempDir
    static Path folder;

    private final SshKey key = SshKey.generate();
    private Appliance appliance;
    private OpenSsh openSsh;
    private Path uploads;
    private Path file;

    @BeforeAll
    void start() throws Exception {
        key.writePrivate(folder.resolve("key"));
        file = Files.writeString(folder.resolve("image.kar"), "not really an image");
        appliance = Appliance.of("hard", folder.resolve("hard"), ADDRESS, Ports.free(ADDRESS, 0), key)
                .start();
        openSsh = new OpenSsh(appliance, folder);
        uploads = appliance.home().resolve("uploads/admin");
        try (Tmsh tmsh = appliance.ssh()) {
            tmsh.must("create auth user visitor role guest public-keys add { \"" + key.publicLine() + "\" }");
            // So that the folder is there, whichever test comes first.
            assertEquals(0, openSsh.sftp("admin", "pwd").exit());
        }
    }

    @AfterAll
    void stop() {
        appliance.close();
    }

    @Test
    void filesComeAndGoBySftpAndScp() throws IOException {
        Path back = folder.resolve("back");
        Said said = openSsh.sftp(
                "admin",
                "put " + file + " one.kar",
                "rename one.kar two.kar",
                "ls -l",
                "get two.kar " + back,
                "rm two.kar");
        assertEquals(0, said.exit(), said.text());
        assertTrue(said.text().contains("-rw-------"), said.text());
        assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(back));
        assertFalse(Files.exists(uploads.resolve("two.kar")));

        Said scp = openSsh.scp("admin", List.of("-p"), file, "three.kar");
        assertEquals(0, scp.exit(), scp.text());
        assertEquals("not really an image", Files.readString(uploads.resolve("three.kar")));
        assertTrue(appliance.log().contains("brought the file three.kar, 19 bytes"));
        Said old = openSsh.scp("admin", List.of("-O"), file, "four.kar");
        assertNotEquals(0, old.exit());
        assertTrue(old.text().contains("use sftp, or scp without -O"), old.text());
        assertFalse(Files.exists(uploads.resolve("four.kar")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "get ../../keys/master.key stolen",
                "get /etc/passwd stolen",
                "get /keys/master.key stolen",
                "get link stolen",
                "put image.kar ../../deploy/image.kar",
                "put image.kar /deploy/image.kar",
                "put image.kar .hidden",
                "put image.kar link",
                "rename mine ../../deploy/mine",
                "rename link mine2",
                "ln -s /etc/passwd made",
                "ln mine made",
                "mkdir made",
                "rm /etc/passwd",
                "chown 0 mine",
            })
    void whatLeadsOutIsRefused(String command) throws IOException {
        if (!Files.exists(uploads.resolve("mine"))) {
            assertEquals(0, openSsh.sftp("admin", "put " + file + " mine").exit());
        }
        Path link = uploads.resolve("link");
        if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
            Files.createSymbolicLink(link, appliance.home().resolve("keys/master.key"));
        }
        byte[] master = Files.readAllBytes(appliance.home().resolve("keys/master.key"));
        Said said = openSsh.sftp("admin", "lcd " + folder, command);
        assertNotEquals(0, said.exit(), said.text());
        assertFalse(Files.exists(folder.resolve("stolen")) && Files.size(folder.resolve("stolen")) > 0, said.text());
        assertFalse(Files.exists(uploads.resolve("made"), LinkOption.NOFOLLOW_LINKS));
        assertArrayEquals(master, Files.readAllBytes(appliance.home().resolve("keys/master.key")));
        try (Stream<Path> deployed = Files.list(appliance.home().resolve("deploy"))) {
            assertEquals(List.of(), deployed.toList());
        }
        assertFalse(appliance.log().contains("\tat "), "a refusal is worth no stack trace");
    }

    @Test
    void uploadsHaveAQuota() throws IOException {
        Path large = Files.write(folder.resolve("large"), new byte[2 << 20]);
        try (Tmsh tmsh = appliance.ssh()) {
            tmsh.must("modify sys sshd upload-quota 1");
            Said said = openSsh.sftp("admin", "put " + large);
            assertNotEquals(0, said.exit(), said.text());
            assertTrue(Files.size(uploads.resolve("large")) <= 1 << 20);
            tmsh.must("modify sys sshd upload-quota 0");
            said = openSsh.sftp("admin", "ls");
            assertTrue(said.text().contains("Uploads are switched off"), said.text());
            tmsh.must("modify sys sshd upload-quota 2048");
        }
        assertEquals(0, openSsh.sftp("admin", "rm large").exit());
    }

    @Test
    void aGuestHasNoFilesToBring() {
        Said said = openSsh.sftp("visitor", "ls");
        assertNotEquals(0, said.exit());
        assertTrue(said.text().contains("SFTP is for users of role admin"), said.text());
        assertFalse(Files.exists(appliance.home().resolve("uploads/visitor")));
        assertEquals(0, openSsh.ssh("visitor", List.of(), "list sys sshd").exit());
    }

    @Test
    void nothingIsForwarded() throws IOException {
        String elsewhere = ADDRESS + ":" + appliance.sshPort();
        Said direct = openSsh.ssh("admin", List.of("-W", elsewhere));
        assertNotEquals(0, direct.exit());
        assertTrue(direct.text().contains("open failed"), direct.text());
        Said remote = openSsh.ssh(
                "admin", List.of("-o", "ExitOnForwardFailure=yes", "-R", "0:" + elsewhere), "list sys sshd");
        assertNotEquals(0, remote.exit(), remote.text());
        Said tunnel = openSsh.ssh("admin", List.of("-o", "ExitOnForwardFailure=yes", "-w", "any"), "list sys sshd");
        assertNotEquals(0, tunnel.exit(), tunnel.text());
        int port = Ports.free(ADDRESS, 0);
        Process local = openSsh.begin("admin", List.of("-N", "-L", ADDRESS + ":" + port + ":" + elsewhere));
        try {
            assertEquals(-1, firstByte(new InetSocketAddress(ADDRESS, port)), "the shell's greeting came through");
        } finally {
            local.destroy();
        }
    }

    /** The first byte of whoever answers there as soon as somebody does; -1 if it only closes. */
    private static int firstByte(InetSocketAddress address) {
        Await.until("the client listens", () -> {
            try (Socket probe = new Socket()) {
                probe.connect(address);
                return true;
            } catch (IOException notYet) {
                return false;
            }
        });
        try (Socket socket = new Socket()) {
            socket.connect(address);
            return socket.getInputStream().read();
        } catch (IOException reset) {
            return -1;
        }
    }

    @Test
    void eachCommandOverASharedConnectionHasItsExitCode() throws IOException, InterruptedException {
        List<String> shared = List.of("-o", "ControlPath=" + folder.resolve("shared"));
        Process master = openSsh.begin(
                "admin", Stream.concat(shared.stream(), Stream.of("-M", "-N")).toList());
        try {
            Await.until("the connection is shared", () -> Files.exists(folder.resolve("shared")));
            for (int i = 0; i < 20; i++) {
                assertEquals(0, openSsh.ssh("admin", shared, "list sys sshd").exit());
                assertEquals(1, openSsh.ssh("admin", shared, "list sys nothing").exit());
            }
        } finally {
            master.destroy();
            master.waitFor();
        }
    }

    @Test
    void theExchangeIsSafeFromQuantumComputersAndTheKeyIsEd25519() {
        Said said = openSsh.ssh("admin", List.of("-v"), "list sys sshd");
        assertEquals(0, said.exit(), said.text());
        assertTrue(
                said.text().matches("(?s).*kex: algorithm: (mlkem768x25519-sha256|sntrup761x25519-sha512).*"),
                said.text());
        assertTrue(said.text().contains("kex: host key algorithm: ssh-ed25519"), said.text());
    }

    @Test
    void whoGuessesIsLockedOutUntilAnAdministratorSaysOtherwise() {
        try (Tmsh tmsh = appliance.ssh()) {
            tmsh.must("create auth user anna role operator password \"" + PASSWORD + "\"");
            tmsh.must("modify sys sshd max-login-failures 3");
            for (int i = 0; i < 3; i++) {
                refused("anna", "wrong " + i);
            }
            refused("anna", PASSWORD);
            JsonObject shown =
                    tmsh.json("show sys sshd").getAsJsonArray().get(0).getAsJsonObject();
            assertEquals(2, shown.getAsJsonArray("lockedOut").size(), shown.toString());
            assertTrue(shown.get("refusedWhileLockedOut").getAsInt() >= 1, shown.toString());
            assertEquals(0, openSsh.ssh("admin", List.of(), "list sys sshd").exit(), "a key logs in all the same");
            assertEquals("User anna is let in again.\n", tmsh.must("run auth unlock user anna"));
            refused("anna", PASSWORD);
            assertEquals("1 lock has been ended.\n", tmsh.must("run auth unlock"));
            Tmsh.connect(appliance.host(), "anna", PASSWORD).close();
            tmsh.must("modify sys sshd max-login-failures 10; delete auth user anna");
        }
    }

    private void refused(String user, String password) {
        assertThrows(UncheckedIOException.class, () -> Tmsh.connect(appliance.host(), user, password)
                .close());
    }

    @Test
    void sessionsEndWithTheRightToThem() {
        try (Tmsh tmsh = appliance.ssh()) {
            tmsh.must("create auth user bert role admin password \"" + PASSWORD + "\"");
            try (Tmsh bert = Tmsh.connect(appliance.host(), "bert", PASSWORD)) {
                bert.must("list auth user bert");
                tmsh.must("modify auth user bert role guest");
                awaitEnd(bert);
            }
            try (Tmsh bert = Tmsh.connect(appliance.host(), "bert", PASSWORD)) {
                bert.must("list auth user bert");
                tmsh.must("delete auth user bert");
                awaitEnd(bert);
            }
        }
        assertFalse(appliance.log().contains("\tat "), "an end is worth no stack trace");
    }

    private static void awaitEnd(Tmsh session) {
        Await.until("the session has ended", () -> {
            try {
                // What comes through before the end must have been refused.
                Tmsh.Result result = session.run("create ltm pool too_late");
                assertNotEquals(0, result.exit(), result.toString());
                return false;
            } catch (UncheckedIOException | IllegalStateException ended) {
                return true;
            }
        });
    }

    @Test
    void theSessionsOfOneUserAreBounded() {
        try (Tmsh tmsh = appliance.ssh()) {
            tmsh.must("create auth user carl role guest password \"" + PASSWORD + "\"");
            tmsh.must("modify sys sshd max-sessions-per-user 2");
            try (Tmsh one = Tmsh.connect(appliance.host(), "carl", PASSWORD);
                    Tmsh two = Tmsh.connect(appliance.host(), "carl", PASSWORD)) {
                assertThrows(RuntimeException.class, () -> {
                    try (Tmsh three = Tmsh.connect(appliance.host(), "carl", PASSWORD)) {
                        three.must("list sys sshd");
                    }
                });
                one.must("list sys sshd");
                two.must("list sys sshd");
            }
            tmsh.must("modify sys sshd max-sessions-per-user 16; delete auth user carl");
        }
    }

    @Test
    void nothingOfTheHomeIsOthersToReadAndNothingOfTheProgramIsOthersToWrite() throws IOException {
        StringBuilder open = new StringBuilder();
        try (Stream<Path> files = Files.walk(appliance.home())) {
            for (Path path : files.toList()) {
                Set<PosixFilePermission> rights = rights(path);
                if (OTHERS.stream().anyMatch(rights::contains)) {
                    open.append(path)
                            .append(' ')
                            .append(PosixFilePermissions.toString(rights))
                            .append('\n');
                }
            }
        }
        Path program = Checkout.distribution();
        try (Stream<Path> files = Files.walk(program)) {
            for (Path path : files.toList()) {
                Set<PosixFilePermission> rights = rights(path);
                if (rights.contains(PosixFilePermission.GROUP_WRITE)
                        || rights.contains(PosixFilePermission.OTHERS_WRITE)) {
                    open.append(path)
                            .append(' ')
                            .append(PosixFilePermissions.toString(rights))
                            .append('\n');
                }
            }
        }
        assertEquals("", open.toString());
    }

    private static Set<PosixFilePermission> rights(Path path) throws IOException {
        try {
            // A link has no rights of its own.
            return Files.isSymbolicLink(path)
                    ? EnumSet.noneOf(PosixFilePermission.class)
                    : Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
        } catch (java.nio.file.NoSuchFileException gone) {
            return EnumSet.noneOf(PosixFilePermission.class);
        }
    }
}
