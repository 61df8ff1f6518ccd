package org.ferrule.ssh.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.ferrule.shell.Account;
import org.ferrule.ssh.internal.Rig.Result;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets in, and what they may not do there. */
class LoginTest {
    @TempDir
    static Path home;

    private static Rig rig;

    @BeforeAll
    static void start() throws IOException {
        rig = new Rig(home).started();
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void aPasswordLogsIn() throws IOException {
        assertEquals(new Result("hello\n", "", 0), rig.exec("admin", "echo hello"));
    }

    @Test
    void aKeyLogsIn() throws Exception {
        KeyPair key = HostKeyType.ED25519.generate();
        rig.users.keys.put("guest", key.getPublic());
        try (ClientSession session = rig.connect("guest")) {
            session.addPublicKeyIdentity(key);
            session.auth().verify(Rig.PATIENCE);
            assertEquals("by key\n", Rig.exec(session, "echo by key").out());
        }
    }

    @Test
    void anotherKeyDoesNotLogIn() throws Exception {
        rig.users.keys.put("guest", HostKeyType.ED25519.generate().getPublic());
        try (ClientSession session = rig.connect("guest")) {
            session.addPublicKeyIdentity(HostKeyType.ED25519.generate());
            assertThrows(SshException.class, () -> session.auth().verify(Rig.PATIENCE));
        }
    }

    @Test
    void aWrongPasswordDoesNotLogInAndIsCounted() throws IOException {
        long before = rig.service.authenticator().failed();
        try (ClientSession session = rig.connect("admin")) {
            session.addPasswordIdentity("wrong");
            assertThrows(SshException.class, () -> session.auth().verify(Rig.PATIENCE));
        }
        assertEquals(before + 1, rig.service.authenticator().failed());
    }

    @Test
    void nobodyHasNoShellAndIsToldSo() throws IOException {
        assertEquals(
                new Result("", "User nobody has no shell here (auth user, shell).\n", 1),
                rig.exec("nobody", "echo hello"));
    }

    @Test
    void karafsConsoleIsForAdministrators() throws IOException {
        Result result = rig.exec("sly", "echo hello");
        assertEquals(1, result.code());
        assertTrue(result.err().contains("role admin only"), result.err());
    }

    @Test
    void aMissingKarafConsoleIsTold() throws IOException {
        assertEquals(new Result("", "Karaf's console is not running\n", 1), rig.exec("karl", "bundle:list"));
    }

    @Test
    void onlyStrongAlgorithmsAreOffered() throws IOException {
        try (ClientSession session = rig.login("admin")) {
            var offered = session.getServerKexProposals();
            String all = String.join(",", offered.values()).toLowerCase(Locale.ROOT);
            for (String weak :
                    List.of("sha1", "cbc", "md5", "arcfour", "3des", "ssh-dss", "group1", "ssh-rsa", "zlib")) {
                assertFalse(all.contains(weak), weak + " in " + all);
            }
            assertTrue(offered.get(KexProposalOption.ALGORITHMS).startsWith("mlkem768x25519-sha256,"), all);
            assertTrue(offered.get(KexProposalOption.ALGORITHMS).contains("curve25519-sha256"), all);
            assertTrue(offered.get(KexProposalOption.SERVERKEYS).startsWith("ssh-ed25519,"), all);
            assertTrue(offered.get(KexProposalOption.S2CENC).startsWith("chacha20-poly1305@openssh.com,"), all);
            for (String mac : offered.get(KexProposalOption.S2CMAC).split(",")) {
                assertTrue(mac.endsWith("-etm@openssh.com"), mac);
            }
        }
    }

    @Test
    void nothingIsForwarded() throws IOException {
        try (ClientSession session = rig.login("admin")) {
            assertThrows(
                    SshException.class,
                    () -> session.startRemotePortForwarding(
                            new SshdSocketAddress("127.0.0.1", 0), new SshdSocketAddress("127.0.0.1", rig.port)));
            try (var direct = session.createDirectTcpipChannel(
                    new SshdSocketAddress("127.0.0.1", 1), new SshdSocketAddress("127.0.0.1", rig.port))) {
                assertThrows(IOException.class, () -> direct.open().verify(Rig.PATIENCE));
            }
        }
    }

    @Test
    void connectionsThatDoNotLogInAreBounded() throws IOException {
        List<Socket> waiting = new ArrayList<>();
        try {
            for (int i = 0; i < Rig.LIMITS.maxUnauthenticatedPerAddress(); i++) {
                Socket socket = new Socket("127.0.0.1", rig.port);
                waiting.add(socket);
                assertEquals('S', socket.getInputStream().read());
            }
            try (Socket refused = new Socket("127.0.0.1", rig.port)) {
                refused.setSoTimeout((int) Rig.PATIENCE.toMillis());
                assertEquals(-1, read(refused));
            }
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
        // Room is made again when they go.
        Rig.await(() -> rig.service.server().orElseThrow().getActiveSessions().stream()
                .allMatch(session -> session.isAuthenticated()));
        assertEquals(0, rig.exec("admin", "echo hello").code());
        assertTrue(rig.service.gate().refused() > 0);
    }

    private static int read(Socket socket) {
        try {
            return socket.getInputStream().read();
        } catch (IOException reset) {
            return -1;
        }
    }

    @Test
    void sessionsAreBounded() throws Exception {
        rig.set("max-sessions", 1);
        try (ClientSession first = rig.login("admin");
                ClientSession second = rig.connect("admin")) {
            second.addPasswordIdentity(Fakes.FakeUsers.PASSWORD);
            second.auth();
            Rig.await(() -> !second.isOpen());
            assertEquals("still here\n", Rig.exec(first, "echo still here").out());
        } finally {
            rig.set("max-sessions", 32);
        }
    }

    @Test
    void tooManyTriesEndTheConnection() throws IOException {
        try (ClientSession session = rig.connect("admin")) {
            for (int i = 0; i < 10; i++) {
                session.addPasswordIdentity("wrong " + i);
            }
            long before = rig.service.authenticator().failed();
            assertThrows(SshException.class, () -> session.auth().verify(Rig.PATIENCE));
            // OpenSSH's count begins with the request for method "none".
            assertTrue(rig.service.authenticator().failed() - before <= Rig.LIMITS.maxAuthTries() + 1);
            Rig.await(() -> !session.isOpen());
        }
    }

    @Test
    void aNameIsMadeFitForALog() {
        assertEquals("root?ERROR?forged", Authenticator.printable("root\nERROR\u001bforged"));
        assertEquals(67, Authenticator.printable("a".repeat(500)).length());
        assertEquals("somebody", Authenticator.printable(null));
    }

    @Test
    void oneUserCannotTakeAllSessions() throws Exception {
        rig.set("max-sessions-per-user", 1);
        try (ClientSession first = rig.login("admin");
                ClientSession second = rig.connect("admin");
                ClientSession other = rig.login("guest")) {
            second.addPasswordIdentity(Fakes.FakeUsers.PASSWORD);
            second.auth();
            Rig.await(() -> !second.isOpen());
            assertEquals("still here\n", Rig.exec(first, "echo still here").out());
            assertEquals("here too\n", Rig.exec(other, "echo here too").out());
        } finally {
            rig.set("max-sessions-per-user", 16);
        }
    }

    @Test
    void whoIsDeletedOrDemotedIsLoggedOutAtOnce() throws IOException {
        rig.users.add("brief", Account.Role.OPERATOR, "tmsh");
        try (ClientSession session = rig.login("brief");
                ClientSession bystander = rig.login("admin")) {
            assertEquals("hello\n", Rig.exec(session, "echo hello").out());
            rig.users.add("brief", Account.Role.ADMIN, "tmsh");
            assertEquals("promoted\n", Rig.exec(session, "echo promoted").out());
            rig.users.add("brief", Account.Role.GUEST, "tmsh");
            Rig.await(() -> !session.isOpen());
            assertEquals("still here\n", Rig.exec(bystander, "echo still here").out());
        }
        try (ClientSession session = rig.login("brief")) {
            rig.users.remove("brief");
            Rig.await(() -> !session.isOpen());
        }
    }

    @Test
    void whoLosesTheShellIsLoggedOut() throws IOException {
        rig.users.add("shelly", Account.Role.GUEST, "tmsh");
        try (ClientSession session = rig.login("shelly")) {
            rig.users.add("shelly", Account.Role.GUEST, "none");
            Rig.await(() -> !session.isOpen());
        }
        rig.users.remove("shelly");
    }

    @Test
    void whoGuessesIsLockedOutAndAKeyStillLogsIn(@TempDir Path own) throws Exception {
        try (Rig guarded = new Rig(own).started()) {
            guarded.set("max-login-failures", 3);
            guess(guarded, 3);
            // The right password is not heard any more; nothing tells the guesser so.
            try (ClientSession session = guarded.connect("admin")) {
                session.addPasswordIdentity(Fakes.FakeUsers.PASSWORD);
                assertThrows(SshException.class, () -> session.auth().verify(Rig.PATIENCE));
            }
            KeyPair key = HostKeyType.ED25519.generate();
            guarded.users.keys.put("admin", key.getPublic());
            try (ClientSession session = guarded.connect("admin")) {
                session.addPublicKeyIdentity(key);
                session.auth().verify(Rig.PATIENCE);
                assertEquals("in\n", Rig.exec(session, "echo in").out());
            }
            assertEquals(3, guarded.service.authenticator().failed());
            assertEquals(1, guarded.service.lockout().refused());
            var shown = new SshStatus(guarded.service).status().get(0).values();
            assertEquals(2, ((List<?>) shown.get("locked-out")).size(), shown.toString());
            guarded.nanos.addAndGet(TimeUnit.SECONDS.toNanos(600));
            assertEquals("again\n", guarded.exec("admin", "echo again").out());
        }
    }

    private static void guess(Rig at, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            try (ClientSession session = at.connect("admin")) {
                session.addPasswordIdentity("wrong " + i);
                assertThrows(SshException.class, () -> session.auth().verify(Rig.PATIENCE));
            }
        }
    }
}
