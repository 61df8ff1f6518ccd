package org.ferrule.software.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WholeImageTest {
    @TempDir
    Path folder;

    private final Map<String, byte[]> files = program();
    private Path kar;

    @BeforeEach
    void name() {
        kar = folder.resolve("a.kar");
    }

    /** The least that a program has. */
    static Map<String, byte[]> program() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("program/bin/karaf", text("#!/bin/sh\n"));
        files.put("program/bin/setenv", text("# nothing\n"));
        files.put("program/etc/config.properties", text("a = b\n"));
        files.put("program/system/org/a.jar", new byte[100_000]);
        files.put("program/version", text("product=Ferrule\nversion=2\n"));
        return files;
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** An image of these files, which says that it is a whole program in that form. */
    static Path whole(Map<String, byte[]> files, String form, Kars.Signed by, Path to) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue(Image.VERSION_HEADER, "2");
        manifest.getMainAttributes().putValue(WholeImage.FORM_HEADER, form);
        Path unsigned = Files.write(to.resolveSibling(to.getFileName() + ".unsigned"), Kars.jar(manifest, files));
        Kars.sign(unsigned, by, to);
        return unsigned;
    }

    private WholeImage read() throws Unacceptable {
        return WholeImage.read(kar, "a", Kars.TRUSTED, Kars.NOW);
    }

    private void assertRefused(String why) {
        Unacceptable refused = assertThrows(Unacceptable.class, this::read);
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }

    @Test
    void aSignedProgramIsUnpackedForItsOwnerOnly() throws Exception {
        whole(files, "1", Kars.RELEASE, kar);
        WholeImage image = read();
        assertEquals("release", image.signer());
        assertEquals("2", image.version());
        assertEquals(files.values().stream().mapToLong(f -> f.length).sum(), image.bytes());
        Path to = folder.resolve("program");
        image.unpack(kar, to, () -> {});
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path made = folder.resolve(file.getKey());
            assertEquals(-1, Files.mismatch(made, Files.write(folder.resolve("expected"), file.getValue())));
            String mode = file.getKey().startsWith("program/bin/") ? "rwx------" : "rw-------";
            assertEquals(mode, PosixFilePermissions.toString(Files.getPosixFilePermissions(made)));
        }
        try (Stream<Path> all = Files.walk(to)) {
            assertEquals(files.size(), all.filter(Files::isRegularFile).count());
        }
        try (Stream<Path> all = Files.walk(to)) {
            assertTrue(all.filter(Files::isDirectory).allMatch(WholeImageTest::isPrivate));
        }
    }

    private static boolean isPrivate(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path))
                    .equals("rwx------");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatNobodyTrustedSignedIsRefused() throws Exception {
        Path unsigned = whole(files, "1", Kars.STRANGER, kar);
        assertRefused("not signed, or not all of it, by one of the trusted signers: release");
        Files.copy(unsigned, folder.resolve("b.kar"));
        kar = folder.resolve("b.kar");
        assertRefused("not signed");
    }

    @Test
    void theTwoKindsOfImagesAreNotMixedUp() throws Exception {
        Kars.signed(Kars.files("pool", "1.1.0"), Kars.RELEASE, kar);
        assertRefused("an image of modules, which is installed without a volume");
        whole(files, "1", Kars.RELEASE, kar);
        Unacceptable refused = assertThrows(Unacceptable.class, () -> Image.read(kar, "a", Kars.TRUSTED, Kars.NOW));
        assertTrue(refused.getMessage().contains("volume HD1.2 create-volume"), refused.getMessage());
    }

    @Test
    void anotherFormIsRefused() throws Exception {
        whole(files, "2", Kars.RELEASE, kar);
        assertRefused("boots the form 1 only");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"program/bin/karaf", "program/bin/setenv", "program/etc/config.properties", "program/version"})
    void whatIsNoWholeProgramIsRefused(String missing) throws Exception {
        files.remove(missing);
        whole(files, "1", Kars.RELEASE, kar);
        assertRefused("it lacks " + missing);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"keys/master.key", "program/data/cache", "program/other", "repository/a.jar", "program/bin/"})
    void whatIsNotOfAProgramIsRefused(String name) throws Exception {
        files.put(name, text("x"));
        whole(files, "1", Kars.RELEASE, kar);
        if (name.endsWith("/")) {
            // A folder is nothing.
            assertEquals("2", read().version());
        } else {
            assertRefused("not of a program: " + name);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"program/lib/../../../keys/x", "/program/lib/x", "program/lib/..\\x"})
    void whatLeadsOutIsRefused(String name) throws Exception {
        files.put(name, text("x"));
        whole(files, "1", Kars.RELEASE, kar);
        assertRefused("leads out of a folder");
    }

    @Test
    void aByteThatChangedIsNoticedOrMeansNothing() throws Exception {
        whole(files, "1", Kars.RELEASE, kar);
        byte[] sound = Files.readAllBytes(kar);
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            byte[] damaged = sound.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(kar, damaged);
            try {
                WholeImage image = read();
                Path to = folder.resolve("program" + i);
                image.unpack(kar, to, () -> {});
                assertEquals(100_000, Files.size(to.resolve("system/org/a.jar")));
                assertEquals("a = b\n", Files.readString(to.resolve("etc/config.properties")));
            } catch (Unacceptable refused) {
                assertFalse(refused.getMessage().isEmpty());
            }
        }
    }

    @Test
    void unpackingCanBeCalledOff() throws Exception {
        whole(files, "1", Kars.RELEASE, kar);
        WholeImage image = read();
        int[] left = {2};
        assertThrows(
                Upgrade.Failed.class,
                () -> image.unpack(kar, folder.resolve("program"), () -> {
                    if (left[0]-- == 0) {
                        throw new Upgrade.Failed("off", true, null);
                    }
                }));
        try (Stream<Path> all = Files.walk(folder.resolve("program"))) {
            assertEquals(2, all.filter(Files::isRegularFile).count());
        }
    }

    @Test
    void nothingIsUnpackedOverWhatIsThere() throws Exception {
        whole(files, "1", Kars.RELEASE, kar);
        WholeImage image = read();
        Path to = folder.resolve("program");
        image.unpack(kar, to, () -> {});
        assertThrows(IOException.class, () -> image.unpack(kar, to, () -> {}));
    }
}
