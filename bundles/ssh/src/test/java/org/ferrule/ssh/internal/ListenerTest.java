package org.ferrule.ssh.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.shell.Status;
import org.ferrule.ssh.internal.Fakes.FakeSecrets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the server listens, which keys it shows, and how it ends. */
class ListenerTest {
    @TempDir
    Path home;

    private static boolean answers(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.getInputStream().read() == 'S';
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void anotherPortKeepsTheSession() throws Exception {
        int next = Rig.freePort();
        try (Rig rig = new Rig(home).started();
                ClientSession session = rig.login("admin")) {
            rig.set("port", next);
            assertTrue(answers(next));
            assertFalse(answers(rig.port));
            assertEquals("still here\n", Rig.exec(session, "echo still here").out());
            try (ClientSession other = rig.connect("admin", next)) {
                other.addPasswordIdentity(Fakes.FakeUsers.PASSWORD);
                other.auth().verify(Rig.PATIENCE);
            }
        }
    }

    @Test
    void anotherAddressOfTheSamePortKeepsTheSession() throws Exception {
        try (Rig rig = new Rig(home).started();
                ClientSession session = rig.login("admin")) {
            rig.set("address", "any");
            assertEquals("still here\n", Rig.exec(session, "echo still here").out());
            assertTrue(answers(rig.port));
            rig.set("address", "127.0.0.1");
            assertTrue(answers(rig.port));
            assertEquals("still here\n", Rig.exec(session, "echo still here").out());
        }
    }

    @Test
    void aTakenPortIsRefusedAndNothingChanges() throws Exception {
        try (Rig rig = new Rig(home).started();
                ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ConfigTree before = rig.configuration.running();
            ConfigException refused = assertThrows(ConfigException.class, () -> rig.set("port", holder.getLocalPort()));
            String message = refused.getMessage();
            assertTrue(message.contains("sys sshd"), message);
            assertTrue(message.contains("port " + holder.getLocalPort()), message);
            assertTrue(message.contains("in use by another part of this appliance"), message);
            assertEquals(before, rig.configuration.running());
            assertTrue(answers(rig.port));
        }
    }

    @Test
    void anAddressOfAnotherMachineIsRefused() throws Exception {
        try (Rig rig = new Rig(home).started()) {
            ConfigException refused = assertThrows(ConfigException.class, () -> rig.set("address", "203.0.113.9"));
            assertTrue(refused.getMessage().contains("an address of this machine is needed"), refused.getMessage());
            assertTrue(answers(rig.port), "the old address was given back");
        }
    }

    @Test
    void portZeroIsRefused() throws Exception {
        try (Rig rig = new Rig(home).started()) {
            assertThrows(ConfigException.class, () -> rig.set("port", 0));
        }
    }

    @Test
    void whatAnotherModuleRefusesIsGivenBack() throws Exception {
        int next = Rig.freePort();
        try (Rig rig = new Rig(home).started()) {
            rig.configuration.refusedLater("port", next);
            assertFalse(answers(next));
            rig.configuration.refusedLater("address", "any");
            assertEquals(Optional.of(Rig.loopback(rig.port)), rig.service.listening());
            assertTrue(answers(rig.port));
        }
    }

    @Test
    void disabledLoginKeepsOpenSessions() throws Exception {
        try (Rig rig = new Rig(home).started();
                ClientSession session = rig.login("admin")) {
            rig.set("login", "disabled");
            assertFalse(answers(rig.port));
            assertEquals("still here\n", Rig.exec(session, "echo still here").out());
            rig.set("login", "enabled");
            assertTrue(answers(rig.port));
        }
    }

    @Test
    void drainedItLeavesItsAddressToTheNewerVersionAndKeepsItsSessions() throws Exception {
        try (Rig old = new Rig(home.resolve("old")).started();
                ClientSession session = old.login("admin");
                Rig newer = new Rig(home.resolve("newer"), old.port)) {
            newer.configuration.start();
            Rig.await(() -> !newer.service.problem().isEmpty());
            assertEquals(1, old.service.users());
            old.service.drain();
            assertEquals(2, old.service.users(), "without it nobody would listen");
            Rig.await(() -> newer.service.listening().isPresent());
            while (old.service.listening().isPresent()) {
                // Refused, it would throw. Either version answers.
                new Socket("127.0.0.1", old.port).close();
                LockSupport.parkNanos(1_000_000);
            }
            Rig.await(() -> newer.service.users() == 0);
            assertEquals("still here\n", Rig.exec(session, "echo still here").out());
            assertEquals(1, old.service.users());
            try (ClientSession other = newer.login("admin")) {
                assertEquals("new\n", Rig.exec(other, "echo new").out());
                assertEquals(1, newer.service.users());
            }
            old.set("login", "enabled");
            assertEquals(Optional.empty(), old.service.listening(), "the newer version listens");
            newer.close();
            old.service.resume();
            Rig.await(() -> old.service.listening().isPresent());
        }
    }

    @Test
    void aTakenPortAtTheStartIsToldAndTriedAgain() throws Exception {
        ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        try (Rig rig = new Rig(home, holder.getLocalPort())) {
            rig.configuration.start();
            Rig.await(() -> !rig.service.problem().isEmpty());
            Status status = new SshStatus(rig.service).status().get(0);
            assertEquals(Status.Availability.OFFLINE, status.availability());
            assertTrue(status.reason().contains("in use"), status.reason());
            holder.close();
            Rig.await(() -> rig.service.listening().isPresent());
            assertEquals("", rig.service.problem());
        } finally {
            holder.close();
        }
    }

    @Test
    void theOptionsOverrideTheConfiguration() throws Exception {
        try (Rig rig = new Rig(home).started()) {
            assertEquals(
                    rig.port, SshModule.settings(rig.configuration.running()).port());
        }
        assertEquals(Options.NONE, Options.read(Optional.of("nowhere"), Optional.of("70000"), false));
        assertEquals(
                new Options(Optional.of("any"), Optional.of(22), true),
                Options.read(Optional.of("any"), Optional.of("22"), true));
    }

    @Test
    void hostKeysSurviveARestart() throws Exception {
        PublicKey first;
        try (Rig rig = new Rig(home).started();
                ClientSession session = rig.login("admin")) {
            first = session.getServerKey();
        }
        try (Rig rig = new Rig(home).started();
                ClientSession session = rig.login("admin")) {
            assertEquals(PublicKeyEntry.toString(first), PublicKeyEntry.toString(session.getServerKey()));
        }
        for (HostKeyType type : HostKeyType.values()) {
            Path file = home.resolve("keys").resolve(type.file());
            assertTrue(Files.readString(file).startsWith("$M$"), "sealed");
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
        // SSHD's client prefers this type.
        String line = Files.readString(home.resolve("keys/ssh_host_ecdsa_key.pub"));
        assertEquals(PublicKeyEntry.toString(first) + " ferrule\n", line);
        assertTrue(
                Files.readString(home.resolve("keys/ssh_host_ed25519_key.pub")).startsWith("ssh-ed25519 AAAA"));
    }

    @Test
    void hostKeysAreMadeAsTheyShouldBe() throws Exception {
        HostKeyStock.into(home);
        assertEquals(
                List.of("ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"),
                SshStatus.fingerprints(new HostKeys(home.resolve("keys"), new FakeSecrets()).load()).stream()
                        .map(line -> line.substring(0, line.indexOf(' ')))
                        .toList());
    }

    @Test
    void aDamagedHostKeyIsNotReplaced() throws Exception {
        Path keys = home.resolve("keys");
        HostKeyStock.into(home);
        List<String> before = SshStatus.fingerprints(new HostKeys(keys, new FakeSecrets()).load());
        Path file = keys.resolve("ssh_host_ed25519_key");
        Files.writeString(file, "$M$bm9uc2Vuc2U=");
        List<String> after = SshStatus.fingerprints(new HostKeys(keys, new FakeSecrets()).load());
        assertEquals(before.subList(1, 3), after);
        assertEquals("$M$bm9uc2Vuc2U=", Files.readString(file));
        for (HostKeyType type : HostKeyType.values()) {
            Files.writeString(keys.resolve(type.file()), "rubbish");
        }
        IOException none = assertThrows(IOException.class, () -> new HostKeys(keys, new FakeSecrets()).load());
        assertTrue(none.getMessage().contains("restore it, or delete it"), none.getMessage());
    }

    @Test
    void inactivityEndsASession() throws Exception {
        try (Rig rig = new Rig(home).started();
                ClientSession session = rig.login("admin")) {
            assertEquals("x\n", Rig.exec(session, "echo x").out());
            Inactivity inactivity = new Inactivity(rig.service.server().orElseThrow(), () -> 900, rig.nanos::get);
            rig.nanos.addAndGet(TimeUnit.SECONDS.toNanos(899));
            inactivity.run();
            assertTrue(session.isOpen());
            rig.nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
            new Inactivity(rig.service.server().orElseThrow(), () -> 0, rig.nanos::get).run();
            assertTrue(session.isOpen());
            inactivity.run();
            Rig.await(() -> !session.isOpen());
        }
    }

    @Test
    void statusTellsWhoIsThere() throws Exception {
        try (Rig rig = new Rig(home).started();
                ClientSession session = rig.login("admin")) {
            Status status = new SshStatus(rig.service).status().get(0);
            assertEquals(Status.Availability.AVAILABLE, status.availability());
            assertEquals("127.0.0.1:" + rig.port, status.values().get("listening-at"));
            assertEquals(1, status.values().get("current-sessions"));
            assertTrue(status.values().get("host-keys").toString().contains("ssh-ed25519=SHA256:"));
            assertTrue(session.isOpen());
        }
    }

    @Test
    void theEndIsQuickWhateverRuns() throws Exception {
        Rig rig = new Rig(home).started();
        try (ClientSession session = rig.login("admin")) {
            session.createExecChannel("block").open().verify(Rig.PATIENCE);
            assertEquals("blocked", rig.shell.events.poll(10, TimeUnit.SECONDS));
            long start = System.nanoTime();
            rig.service.close();
            assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(5));
            assertEquals("interrupted", rig.shell.events.poll(10, TimeUnit.SECONDS));
            Rig.await(() -> !session.isOpen());
        } finally {
            rig.close();
        }
    }
}
