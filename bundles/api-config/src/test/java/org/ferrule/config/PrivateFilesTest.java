package org.ferrule.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFilesTest {
    @TempDir
    private Path home;

    private Path folder;
    private Path file;

    @BeforeEach
    void make() throws IOException {
        folder = home.resolve("above/keys");
        file = folder.resolve("key");
        PrivateFiles.folder(folder);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String rights(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString()).toList();
        }
    }

    @Test
    void foldersAndFilesAreTheOwnersOnlyFromTheStart() throws IOException {
        assertEquals("rwx------", rights(folder));
        PrivateFiles.replace(file, bytes("one"));
        assertEquals("rw-------", rights(file));
    }

    @Test
    void othersRightsAreTakenAway() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        PrivateFiles.folder(folder);
        assertEquals("rwx------", rights(folder));
        Files.createFile(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        PrivateFiles.ownerOnly(file);
        assertEquals("rw-------", rights(file));
    }

    @Test
    void aFileInThePlaceOfAFolderIsLeftAlone() throws IOException {
        Files.createFile(file);
        assertThrows(IOException.class, () -> PrivateFiles.folder(file));
    }

    @Test
    void theNewContentReplacesTheOldAndNothingElseIsLeft() throws IOException {
        PrivateFiles.replace(file, bytes("one"));
        PrivateFiles.replaceFleeting(file, bytes("two"));
        assertEquals("two", Files.readString(file));
        PrivateFiles.replace(file, bytes("three"));
        assertEquals("three", Files.readString(file));
        assertEquals(List.of("key"), files());
    }

    @Test
    void whatCannotBeReplacedIsAsItWas() throws IOException {
        Files.createDirectories(file.resolve("in the way"));
        assertThrows(IOException.class, () -> PrivateFiles.replace(file, bytes("one")));
        assertThrows(IOException.class, () -> PrivateFiles.replaceFleeting(file, bytes("one")));
        assertEquals(List.of("key"), files());
    }

    @Test
    void aDraftDoesNotCountBeforeItIsMoved() throws IOException {
        Path draft = PrivateFiles.draft(file, bytes("one"));
        assertEquals(false, Files.exists(file));
        PrivateFiles.move(draft, file);
        assertEquals("one", Files.readString(file));
        assertEquals(List.of("key"), files());
    }

    @Test
    void ofManyWhoMakeAFileOneDoes() throws IOException {
        AtomicInteger made = new AtomicInteger();
        IntStream.range(0, 50).parallel().forEach(i -> {
            try {
                made.addAndGet(PrivateFiles.createOnce(file, bytes("by " + i)) ? 1 : 0);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertEquals(1, made.get());
        assertEquals(List.of("key"), files());
        assertEquals("rw-------", rights(file));
    }
}
