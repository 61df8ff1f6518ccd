package org.ferrule.ssh.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.sshd.client.channel.ChannelSubsystem;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.apache.sshd.sftp.common.SftpException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files come by SFTP into one folder, and nothing else is reached by it. */
class UploadsTest {
    private static final int MEGABYTE = 1 << 20;

    @TempDir
    Path home;

    private Rig rig;
    private ClientSession session;
    private SftpClient sftp;
    private Path folder;

    @BeforeEach
    void connect() throws IOException {
        rig = new Rig(home).started();
        session = rig.login("admin");
        sftp = SftpClientFactory.instance().createSftpClient(session);
        folder = home.resolve("uploads/admin");
    }

    @AfterEach
    void close() throws IOException {
        sftp.close();
        session.close();
        rig.close();
    }

    private void put(String name, byte[] content) throws IOException {
        try (OutputStream out = sftp.write(name)) {
            out.write(content);
        }
    }

    private byte[] get(String name) throws IOException {
        try (var in = sftp.read(name)) {
            return in.readAllBytes();
        }
    }

    private List<String> list() throws IOException {
        return StreamSupport.stream(sftp.readDir("/").spliterator(), false)
                .map(SftpClient.DirEntry::getFilename)
                .filter(name -> !name.matches("\\.\\.?"))
                .sorted()
                .toList();
    }

    @Test
    void aFileComesAndGoes() throws IOException {
        byte[] content = "an image".getBytes(StandardCharsets.UTF_8);
        put("image-1.kar", content);
        assertArrayEquals(content, Files.readAllBytes(folder.resolve("image-1.kar")));
        assertArrayEquals(content, get("/image-1.kar"));
        sftp.rename("image-1.kar", "image-2.kar");
        assertEquals(List.of("image-2.kar"), list());
        sftp.remove("image-2.kar");
        assertEquals(List.of(), list());
    }

    @Test
    void whatCameIsPrivateWhateverModeTheClientAsksFor() throws IOException {
        try (SftpClient.CloseableHandle handle = sftp.open("open", EnumSet.of(OpenMode.Create, OpenMode.Write))) {
            sftp.write(handle, 0, new byte[] {1});
        }
        sftp.setStat("open", new SftpClient.Attributes().perms(0777));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("open"))));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.getParent())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../keys/master.key",
                "/../../keys/master.key",
                "/etc/passwd",
                "a/b",
                "./../admin/../../config/ferrule.conf",
                ".hidden",
                "-rf",
                "a b",
                "a\nb",
                "a\\b",
                "a:b",
                "x\u0000y"
            })
    void pathsThatLeadElsewhereAreRefused(String path) throws IOException {
        Files.createDirectories(home.resolve("keys"));
        Files.writeString(home.resolve("keys/master.key"), "secret");
        assertThrows(IOException.class, () -> put(path, new byte[] {1}));
        assertThrows(IOException.class, () -> get(path));
        assertThrows(IOException.class, () -> sftp.stat(path));
        assertEquals("secret", Files.readString(home.resolve("keys/master.key")));
        try (var files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void aboveTheFolderThereIsNothing() throws IOException {
        assertEquals("/", sftp.canonicalPath("../../.."));
        put("../file", new byte[] {1});
        assertTrue(Files.exists(folder.resolve("file")));
        assertEquals(List.of("file"), list());
    }

    @Test
    void aLinkIsNeitherMadeNorFollowed() throws IOException {
        Files.writeString(home.resolve("secret"), "secret");
        put("file", new byte[] {1});
        Files.createSymbolicLink(folder.resolve("link"), home.resolve("secret"));
        assertThrows(SftpException.class, () -> get("link"));
        assertThrows(SftpException.class, () -> put("link", new byte[] {1}));
        assertThrows(SftpException.class, () -> sftp.readLink("link"));
        assertThrows(SftpException.class, () -> sftp.rename("link", "other"));
        assertThrows(Exception.class, () -> sftp.symLink("made", "file"));
        assertThrows(Exception.class, () -> sftp.link("hard", "file", false));
        assertEquals("secret", Files.readString(home.resolve("secret")));
        assertEquals(List.of("file", "link"), list());
    }

    @Test
    void thereAreNoFolders() {
        assertThrows(SftpException.class, () -> sftp.mkdir("folder"));
        assertThrows(SftpException.class, () -> sftp.rmdir("/"));
        assertTrue(Files.isDirectory(folder));
    }

    @Test
    void theQuotaBoundsWhatAllFilesHold() throws Exception {
        rig.set("upload-quota", 1);
        put("first", new byte[MEGABYTE * 3 / 4]);
        assertThrows(IOException.class, () -> put("second", new byte[MEGABYTE / 2]));
        assertTrue(Files.size(folder.resolve("second")) <= MEGABYTE / 4);
        // A hole counts as what was written, however little of it is on the disk.
        try (SftpClient.CloseableHandle handle = sftp.open("hole", EnumSet.of(OpenMode.Create, OpenMode.Write))) {
            assertThrows(SftpException.class, () -> sftp.write(handle, 1L << 40, new byte[] {1}));
            assertThrows(SftpException.class, () -> sftp.write(handle, Long.MAX_VALUE - 1, new byte[] {1, 2, 3}));
        }
        sftp.remove("first");
        put("second", new byte[MEGABYTE / 2]);
        assertEquals(MEGABYTE / 2, Files.size(folder.resolve("second")));
    }

    @Test
    void filesAreBoundedInNumber() throws IOException {
        for (int i = 0; i < 256; i++) {
            Files.createDirectories(folder);
            Files.write(folder.resolve("f" + i), new byte[0]);
        }
        assertThrows(SftpException.class, () -> put("one-more", new byte[] {1}));
        put("f0", new byte[] {1});
        assertFalse(Files.exists(folder.resolve("one-more")));
    }

    @Test
    void eachUserHasAFolder() throws IOException {
        put("mine", new byte[] {1});
        try (ClientSession other = rig.login("karl");
                SftpClient others = SftpClientFactory.instance().createSftpClient(other)) {
            assertThrows(SftpException.class, () -> others.stat("mine"));
        }
    }

    @Test
    void aTransferIsActivity() throws IOException {
        Activity activity = rig.service.activity((org.apache.sshd.server.session.ServerSession)
                rig.service.server().orElseThrow().getActiveSessions().get(0));
        rig.nanos.addAndGet(1_000_000);
        assertTrue(activity.idle() > 0);
        put("file", new byte[] {1});
        assertEquals(0, activity.idle());
    }

    private Rig.Result refused(String user, String subsystem) throws IOException {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (ClientSession own = rig.login(user);
                ChannelSubsystem channel = own.createSubsystemChannel(subsystem)) {
            channel.setErr(err);
            channel.setOut(new ByteArrayOutputStream());
            channel.open().verify(Rig.PATIENCE);
            channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), Rig.PATIENCE);
            return new Rig.Result("", err.toString(StandardCharsets.UTF_8), channel.getExitStatus());
        }
    }

    @Test
    void othersThanAdministratorsAreRefusedAndToldWhy() throws Exception {
        assertEquals(
                new Rig.Result("", "SFTP is for users of role admin (auth user, role).\n", 1),
                refused("guest", "sftp"));
        rig.set("upload-quota", 0);
        assertEquals(
                new Rig.Result("", "Uploads are switched off (sys sshd, upload-quota).\n", 1),
                refused("admin", "sftp"));
    }

    @Test
    void thereIsNoOtherSubsystem() throws IOException {
        assertEquals(new Rig.Result("", "", null), refused("admin", "netconf"));
    }

    @Test
    void theOldScpIsRefusedPlainly() throws IOException {
        assertEquals(
                new Rig.Result("", "The old scp protocol is not spoken here: use sftp, or scp without -O.\n", 1),
                rig.exec("admin", "scp -t /etc"));
        assertEquals(1, rig.exec("admin", "scp -r -f keys").code());
    }
}
