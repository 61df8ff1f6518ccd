package org.ferrule.software.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.ferrule.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How files come: from upload folders, and pasted. */
class IncomingTest {
    @TempDir
    Path folder;

    @Test
    void aUserReadsFilesOfTheOwnFolder() throws Exception {
        Path own = Files.createDirectories(folder.resolve("uploads/ann"));
        Files.writeString(own.resolve("a.kar"), "content");
        Uploads uploads = new Uploads(folder.resolve("uploads"));
        assertArrayEquals(
                "content".getBytes(StandardCharsets.US_ASCII),
                uploads.read("ann", "a.kar").orElseThrow());
        assertTrue(uploads.read("ann", "b.kar").isEmpty());
        assertTrue(uploads.read("bob", "a.kar").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"../bob/a.kar", "..", ".", "", "x/../../bob/a.kar", "/etc/passwd", "sub/a.kar"})
    void aNameIsNoPath(String name) {
        Uploads uploads = new Uploads(folder.resolve("uploads"));
        assertThrows(ConfigException.class, () -> uploads.read("ann", name));
    }

    @Test
    void linksAndFoldersAreNoFiles() throws Exception {
        Path own = Files.createDirectories(folder.resolve("uploads/ann"));
        Files.createSymbolicLink(own.resolve("link"), Files.writeString(folder.resolve("secret"), "x"));
        Files.createDirectory(own.resolve("folder"));
        Uploads uploads = new Uploads(folder.resolve("uploads"));
        assertThrows(ConfigException.class, () -> uploads.read("ann", "link"));
        assertThrows(ConfigException.class, () -> uploads.read("ann", "folder"));
    }

    @Property(tries = 100)
    void whatIsPastedIsDecoded(@ForAll @Size(max = 400) byte[] content, @ForAll @IntRange(min = 1, max = 90) int line)
            throws ConfigException {
        String base64 = Base64.getEncoder().encodeToString(content);
        Pasted pasted = new Pasted();
        for (int at = 0; at < base64.length(); at += line) {
            pasted.take("  " + base64.substring(at, Math.min(base64.length(), at + line)) + "\r");
        }
        assertArrayEquals(content, pasted.finish());
    }

    @Test
    void whatIsNoBase64IsSaid() {
        assertThrows(ConfigException.class, () -> new Pasted().take("§§§§"));
        assertThrows(ConfigException.class, () -> {
            Pasted pasted = new Pasted();
            pasted.take("A");
            pasted.finish();
        });
        assertThrows(ConfigException.class, () -> new Pasted().take("A".repeat((1 << 20) + 1)));
    }
}
