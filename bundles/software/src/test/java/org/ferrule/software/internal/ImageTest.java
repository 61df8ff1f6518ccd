package org.ferrule.software.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Version;

class ImageTest {
    @TempDir
    Path folder;

    private Path kar;
    private Map<String, byte[]> files;

    @BeforeEach
    void make() throws IOException {
        files = Kars.files("pool", "1.1.0", "zstd", "2.0.0");
        kar = folder.resolve("a.kar");
    }

    private Image read() throws Unacceptable {
        return Image.read(kar, "a", Kars.TRUSTED, Kars.NOW);
    }

    private void assertRefused(String why) {
        Unacceptable refused = assertThrows(Unacceptable.class, this::read);
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }

    @Test
    void aSignedImageTellsItsBundles() throws Exception {
        Kars.signed(files, Kars.RELEASE, kar);
        Image image = read();
        assertEquals("release", image.signer());
        assertEquals("7", image.version());
        assertEquals(Digests.of(kar), image.sha256());
        assertEquals(2, image.bundles().size());
        assertEquals("test.pool", image.bundles().get(0).symbolicName());
        assertEquals(new Version(1, 1, 0), image.bundles().get(0).version());
        assertEquals(60, image.bundles().get(0).startLevel());
        assertTrue(Arrays.equals(
                files.get(Kars.entry("pool", "1.1.0")), image.bundles().get(0).content()));
    }

    @Test
    void whatNobodyTrustedSignedIsRefused() throws Exception {
        Kars.unsigned(files, kar);
        assertRefused("not signed");
        Kars.signed(files, Kars.STRANGER, kar);
        assertRefused("not signed, or not all of it, by one of the trusted signers: release");
        Kars.signed(files, Kars.RELEASE, kar);
        Unacceptable refused =
                assertThrows(Unacceptable.class, () -> Image.read(kar, "a", TrustedSigners.NONE, Kars.NOW));
        assertTrue(refused.getMessage().contains("no signer is trusted here"));
    }

    @Test
    void aCertificateThatIsNotGoodAnyMoreOrNotYetSignsNothing() throws Exception {
        Kars.signed(files, Kars.RELEASE, kar);
        for (String when : new String[] {"2025-12-31T00:00:00Z", "2027-01-02T00:00:00Z"}) {
            assertThrows(Unacceptable.class, () -> Image.read(kar, "a", Kars.TRUSTED, Instant.parse(when)), when);
        }
    }

    @Test
    void anAuthorityVouchesForThoseWhoMaySignCodeOnly() throws Exception {
        Kars.Signed authority = Kars.signer("CN=authority", null, true, false);
        TrustedSigners trusted = new TrustedSigners(Map.of("authority", authority.certificate()));
        Kars.signed(files, Kars.signer("CN=builder", authority, false, true), kar);
        assertEquals("authority", Image.read(kar, "a", trusted, Kars.NOW).signer());
        Kars.signed(files, Kars.signer("CN=web server", authority, false, false), kar);
        assertThrows(Unacceptable.class, () -> Image.read(kar, "a", trusted, Kars.NOW));
        // Who is trusted to sign is not trusted to vouch for others.
        Kars.signed(files, Kars.signer("CN=friend", Kars.RELEASE, false, true), kar);
        assertThrows(Unacceptable.class, this::read);
    }

    @Test
    void aFileThatIsAddedAfterwardsIsNoticed() throws Exception {
        Kars.signed(files, Kars.RELEASE, folder.resolve("b"));
        rewrite(folder.resolve("b"), Map.of("repository/x.jar", new byte[] {1}), Map.of());
        assertRefused("not signed, or not all of it");
    }

    @Test
    void aFileThatIsChangedAfterwardsIsNoticed() throws Exception {
        Kars.signed(files, Kars.RELEASE, folder.resolve("b"));
        String entry = Kars.entry("pool", "1.1.0");
        rewrite(folder.resolve("b"), Map.of(), Map.of(entry, Kars.bundle("test.pool", "1.1.1")));
        assertRefused("its signature does not fit");
    }

    /** Copies a zip, with files added and others put in place of those of the same name. */
    private void rewrite(Path from, Map<String, byte[]> added, Map<String, byte[]> changed) throws IOException {
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(from));
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(kar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] content = in.readAllBytes();
                out.putNextEntry(new ZipEntry(entry.getName()));
                out.write(changed.getOrDefault(entry.getName(), content));
            }
            for (Map.Entry<String, byte[]> entry : added.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil",
                "repository/../../evil",
                "/etc/evil",
                "repository\\..\\evil",
                "repository/..",
                "META-INF/../x"
            })
    void namesThatLeadOutAreRefused(String name) throws Exception {
        files.put(name, new byte[] {1});
        Kars.unsigned(files, kar);
        assertRefused("leads out of a folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"resource/etc/users.properties", "bin/x", "META-INF/services/x"})
    void whatAnImageMayNotHoldIsRefused(String name) throws Exception {
        files.put(name, new byte[] {1});
        Kars.signed(files, Kars.RELEASE, kar);
        assertThrows(Unacceptable.class, this::read);
    }

    @Test
    void featuresThatDoMoreThanNameBundlesAreRefused() throws Exception {
        for (String more : new String[] {
            "<config name=\"x\">a=b</config>",
            "<configfile finalname=\"etc/x\">mvn:a/b/1</configfile>",
            "<library>x</library>"
        }) {
            String xml = "<features name=\"t\"><feature name=\"f\">" + more + "</feature></features>";
            files.put("repository/t-features.xml", xml.getBytes(StandardCharsets.UTF_8));
            Kars.signed(files, Kars.RELEASE, kar);
            assertRefused("name bundles and features only");
        }
    }

    @Test
    void anXmlThatNamesOtherFilesIsNotFollowed() throws Exception {
        String xml =
                "<!DOCTYPE features [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><features name=\"t\">&e;</features>";
        files.put("repository/t-features.xml", xml.getBytes(StandardCharsets.UTF_8));
        Kars.signed(files, Kars.RELEASE, kar);
        assertRefused("cannot be read");
    }

    @Test
    void bundlesAndFeaturesGoTogether() throws Exception {
        byte[] removed = files.remove(Kars.entry("pool", "1.1.0"));
        Kars.signed(files, Kars.RELEASE, kar);
        assertRefused("it lacks a bundle that its features name");
        files.put(Kars.entry("pool", "1.1.0"), removed);
        files.put("repository/other.jar", removed);
        Kars.signed(files, Kars.RELEASE, kar);
        assertRefused("it has a file that its features do not name: repository/other.jar");
    }

    @Test
    void aFragmentIsRefused() throws Exception {
        files.put(
                Kars.entry("pool", "1.1.0"),
                Kars.bundle("test.pool", "1.1.0", "Fragment-Host", "system.bundle;extension:=framework"));
        Kars.signed(files, Kars.RELEASE, kar);
        assertRefused("is a fragment");
    }

    @ParameterizedTest
    @ValueSource(strings = {"repository/bomb", "META-INF/MANIFEST.MF", "META-INF/BOMB.SF"})
    void whatGrowsTooLargeIsNotUnpacked(String name) throws Exception {
        try (OutputStream file = Files.newOutputStream(kar);
                ZipOutputStream zip = new ZipOutputStream(file)) {
            if (!name.equals("META-INF/MANIFEST.MF")) {
                zip.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
                zip.write("Manifest-Version: 1.0\n\n".getBytes(StandardCharsets.UTF_8));
            }
            zip.putNextEntry(new ZipEntry(name));
            byte[] nothing = new byte[1 << 20];
            for (int i = 0; i <= Archive.MAX_BYTES >> 20; i++) {
                zip.write(nothing);
            }
        }
        assertRefused("too large");
    }

    @Test
    void anArchiveThatIsCutShortIsRefused() throws Exception {
        Kars.signed(files, Kars.RELEASE, kar);
        byte[] whole = Files.readAllBytes(kar);
        for (int length = 0; length < whole.length; length += 37) {
            Files.write(kar, Arrays.copyOf(whole, length));
            assertThrows(Unacceptable.class, this::read, "cut to " + length);
        }
    }

    /** Whatever bit falls over: the image is refused, or nothing that counts has changed. */
    @Test
    void anArchiveWithFlippedBitsIsRefusedOrTheSame() throws Exception {
        Kars.signed(files, Kars.RELEASE, kar);
        byte[] whole = Files.readAllBytes(kar);
        Map<String, String> right = contents(read());
        Random random = new Random(5);
        int refused = 0;
        for (int i = 0; i < 300; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(kar, damaged);
            try {
                assertEquals(right, contents(read()), "flip " + i);
            } catch (Unacceptable e) {
                refused++;
            }
        }
        assertTrue(refused > 150, "only " + refused + " were refused");
    }

    private static Map<String, String> contents(Image image) {
        Map<String, String> contents = new HashMap<>();
        image.bundles().forEach(bundle -> contents.put(bundle.entry(), bundle.sha256()));
        return contents;
    }

    @Test
    void twoEntriesOfOneNameAreRefused() throws Exception {
        Map<String, byte[]> twice = new LinkedHashMap<>(files);
        twice.put("repository/aa", new byte[] {1});
        twice.put("repository/ab", new byte[] {2});
        Kars.unsigned(twice, kar);
        String text = new String(Files.readAllBytes(kar), StandardCharsets.ISO_8859_1);
        Files.write(kar, text.replace("repository/ab", "repository/aa").getBytes(StandardCharsets.ISO_8859_1));
        try (ZipFile zip = new ZipFile(kar.toFile())) {
            assertEquals(
                    2,
                    zip.stream()
                            .filter(e -> e.getName().equals("repository/aa"))
                            .count());
        }
        assertRefused("two entries called repository/aa");
    }
}
