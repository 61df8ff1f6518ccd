package org.ferrule.crypto.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Home;

class MasterKeySecretsTest {
    private static Path folder;
    private static MasterKeySecrets secrets;

    @BeforeContainer
    static void start() throws IOException {
        folder = Files.createTempDirectory("secrets");
        secrets = new MasterKeySecrets(new Home(folder));
    }

    @AfterContainer
    static void end() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Property(tries = 200)
    void whatIsSealedOpens(@ForAll byte[] plain) throws ConfigException {
        String sealed = secrets.seal(plain);
        assertTrue(sealed.matches("\\$M\\$[A-Za-z0-9_-]+"), sealed);
        assertArrayEquals(plain, secrets.open(sealed));
        assertNotEquals(sealed, secrets.seal(plain));
    }

    @Property(tries = 200)
    void whatWasChangedDoesNotOpen(@ForAll byte[] plain, @ForAll int at, @ForAll char to) {
        StringBuilder sealed = new StringBuilder(secrets.seal(plain));
        // The last character may hold unused bits, which base64 lets be anything.
        int index = Math.floorMod(at, sealed.length() - 1);
        if (sealed.charAt(index) != to) {
            sealed.setCharAt(index, to);
            assertThrows(ConfigException.class, () -> secrets.open(sealed.toString()));
        }
    }

    @Property(tries = 200)
    void noTextBreaksIt(@ForAll String text) {
        assertThrows(ConfigException.class, () -> secrets.open(text));
        assertThrows(ConfigException.class, () -> secrets.open("$M$" + text));
    }

    @Example
    void theKeyStaysAndIsPrivate() throws Exception {
        Path file = folder.resolve("keys/master.key");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        String sealed = secrets.seal(new byte[] {7});
        assertArrayEquals(new byte[] {7}, new MasterKeySecrets(new Home(folder)).open(sealed));
    }

    @Example
    void aKeyThatIsHandedOverIsUsedAndNotCopied() throws Exception {
        Path file = folder.resolve("credential");
        Files.writeString(file, MasterKey.text(MasterKey.fresh()));
        Path home = folder.resolve("handed");
        MasterKeySecrets first = new MasterKeySecrets(new Home(home), Optional.of(file));
        assertTrue(Files.notExists(home.resolve("keys/master.key")));
        MasterKeySecrets second = new MasterKeySecrets(new Home(home), Optional.of(file));
        assertArrayEquals(new byte[] {7}, second.open(first.seal(new byte[] {7})));
        assertThrows(ConfigException.class, () -> secrets.open(first.seal(new byte[] {7})));
    }

    @Example
    void aKeyThatIsToBeHandedOverMustBeThere() {
        Path file = folder.resolve("nowhere");
        assertEquals(
                "The master key " + file + " cannot be used: there is no such file",
                assertThrows(
                                IllegalStateException.class,
                                () -> new MasterKeySecrets(new Home(folder), Optional.of(file)))
                        .getMessage());
    }

    @Example
    void aDamagedKeyIsNamed() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.createDirectory(other.resolve("keys"));
        Path file = other.resolve("keys/master.key");
        Files.writeString(file, "AAAA");
        String message = assertThrows(IllegalStateException.class, () -> new MasterKeySecrets(new Home(other)))
                .getMessage();
        assertTrue(message.contains(file.toString()) && message.contains("damaged"), message);
    }
}
