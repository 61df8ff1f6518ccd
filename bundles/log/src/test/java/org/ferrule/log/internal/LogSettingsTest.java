package org.ferrule.log.internal;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.ObjectId;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file that the log service reads follows the configuration. */
class LogSettingsTest {
    private static final Map<String, String> HERE = Map.of("pool", "pools", "codec-zstd", "the zstd codec");

    @TempDir
    Path folder;

    private LogSettings settings;

    @BeforeEach
    void make() {
        settings = new LogSettings(folder, new LogFiles(folder), () -> HERE);
    }

    private static ConfigTree tree(String... levels) {
        Map<String, Object> entries = new LinkedHashMap<>();
        for (int i = 0; i < levels.length; i += 2) {
            entries.put(levels[i], Map.of("level", levels[i + 1]));
        }
        return ConfigTree.of(
                List.of(new ConfigObject(ObjectId.singleton(LogRotate.KIND), 1, Map.of())),
                List.of(new ConfigObject(ObjectId.singleton(LogConfig.KIND), 1, Map.of("levels", entries))));
    }

    private Path file() {
        return folder.resolve(ServiceFile.NAME);
    }

    @Test
    void itIsWrittenWhenItDiffersOnly() throws IOException {
        settings.follow(tree());
        assertEquals(ServiceFile.shipped(), Files.readString(file()));
        Object first = Files.readAttributes(file(), "unix:ino").get("ino");
        settings.follow(tree());
        assertEquals(first, Files.readAttributes(file(), "unix:ino").get("ino"));
        settings.follow(tree("pool", "debug"));
        assertTrue(Files.readString(file()).endsWith(".name = org.ferrule.pool\nlog4j2.logger.level1.level = DEBUG\n"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
    }

    @Test
    void whatCannotBeWrittenIsSaidUntilItCan() throws IOException {
        Files.createDirectory(file());
        settings.follow(tree());
        Status status = settings.status().get(0);
        assertEquals(Availability.OFFLINE, status.availability());
        assertTrue(status.reason().contains(file() + " cannot be written"), status.reason());
        Files.delete(file());
        settings.follow(tree());
        assertEquals(Availability.AVAILABLE, settings.status().get(0).availability());
    }

    @Test
    void aModuleThatIsAwayKeepsItsLevel() {
        settings.follow(tree("pool", "debug", "gone", "error", "org.apache.sshd", "notice", "all", "warning"));
        assertEquals(
                List.of(
                        Map.of("module", "pool", "level", "debug", "here", "yes"),
                        Map.of("module", "gone", "level", "error", "here", "no"),
                        Map.of("module", "org.apache.sshd", "level", "notice", "here", "yes"),
                        Map.of("module", "all", "level", "warning", "here", "yes")),
                settings.status().get(0).values().get("levels"));
    }

    @Test
    void theFilesOfEachLogAreCounted() throws IOException {
        Files.write(folder.resolve("ferrule.log"), new byte[3000]);
        Files.write(folder.resolve("ferrule.log.1"), new byte[1200]);
        Files.write(folder.resolve("ferrule.log.old"), new byte[9000]);
        assertEquals(
                List.of(
                        Map.of("log", "ferrule.log", "files", 2, "kilobytes", 4),
                        Map.of("log", "audit.log", "files", 0, "kilobytes", 0)),
                settings.status().get(0).values().get("files"));
    }

    private String refused(String... levels) {
        return assertThrows(ConfigException.class, () -> settings.check(tree(levels)))
                .getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a=b", "x\ny", "${x}", "a..b", ".a", "a.", "1a", "a.1", "ü"})
    void whatCannotBeAModuleIsRefused(String module) {
        assertTrue(refused(module, "debug").contains("neither a module, such as isession"), refused(module, "debug"));
    }

    @Test
    void whatIsTooLongIsRefused() {
        assertTrue(refused("a".repeat(201), "debug").contains("neither"));
    }

    @Test
    void twoNamesOfTheSameAreRefused() {
        assertTrue(refused("codec-zstd", "debug", "org.ferrule.codec.zstd", "error")
                .contains("codec-zstd and org.ferrule.codec.zstd name the same"));
    }

    @Test
    void modulesLoggersAndAllAreTaken() {
        assertDoesNotThrow(() -> settings.check(tree(
                "all", "debug", "pool", "debug", "codec-zstd", "debug", "org.x.Y$Z", "debug", "org.a_b.c-d", "error")));
    }

    @Test
    void theShellSuggestsWhatIsHere() {
        assertEquals("[all, ", settings.values().keySet().toString().substring(0, 6));
        assertTrue(settings.known("codec-zstd") && settings.known("org.apache.sshd") && settings.known("all"));
        assertTrue(!settings.known("isesion"));
        assertEquals(LogConfig.KIND, settings.kind());
    }
}
