package org.ferrule.crypto.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.ferrule.config.Home;
import org.ferrule.config.Secrets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that somebody puts into the folder do not stay in the clear. */
class SslFilesTest {
    @TempDir
    Path home;

    private Path folder;
    private SslFiles files;
    private String key;

    @BeforeEach
    void make() throws Exception {
        folder = Files.createDirectories(home.resolve("ssl"));
        files = new SslFiles(folder, new MasterKeySecrets(new Home(home)));
        key = Pem.write(
                "PRIVATE KEY",
                SelfSigned.make("x", Instant.now()).keys().getPrivate().getEncoded());
    }

    private Path put(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        return file;
    }

    @Test
    void aKeyIsSealedThoughNoProfileNamesIt() throws IOException {
        Path file = put("web.key", key);
        files.sealAll();
        assertTrue(Files.readString(file).startsWith(Secrets.PREFIX));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals("EC", files.key("web.key").getAlgorithm());
    }

    @Test
    void aKeyThatIsWrittenSlowlyIsSealedWhenItIsWhole() throws IOException {
        Path file = put("web.key", key.substring(0, 60));
        files.sealAll();
        assertEquals(key.substring(0, 60), Files.readString(file));
        Files.writeString(file, key);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
        files.sealAll();
        assertTrue(Files.readString(file).startsWith(Secrets.PREFIX));
    }

    @Test
    void whatIsNoKeyAloneStaysAsItIs() throws Exception {
        String certificate = Pem.write(
                "CERTIFICATE", SelfSigned.make("x", Instant.now()).certificate().getEncoded());
        Path both = put("both.pem", certificate + key);
        Path only = put("web.crt", certificate);
        Files.createSymbolicLink(folder.resolve("link.key"), put("elsewhere", key));
        files.sealAll();
        assertEquals(certificate + key, Files.readString(both));
        assertEquals(certificate, Files.readString(only));
        assertTrue(Files.isSymbolicLink(folder.resolve("link.key")));
    }
}
