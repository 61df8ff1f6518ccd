package org.ferrule.bom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A distribution in small: what is found in it, under which licences, and what is refused. */
class DistributionTest {
    private static final String APACHE = "https://www.apache.org/licenses/LICENSE-2.0.txt";

    @TempDir
    Path folder;

    private Path distribution;
    private Path repository;

    @BeforeEach
    void make() throws IOException {
        distribution = folder.resolve("distribution");
        repository = folder.resolve("repository");
        jar(distribution.resolve("system/org/x/one/1.0/one-1.0.jar"), APACHE, Map.of("org/x/One.class", "one"));
        jar(
                distribution.resolve("lib/boot/two-2.0.jar"),
                "",
                Map.of(
                        properties("org.y", "two"),
                        "groupId=org.y\nartifactId=two\nversion=2.0\n",
                        properties("org.z", "inner"),
                        "groupId=org.z\nartifactId=inner\nversion=3\n",
                        "META-INF/maven/org.z/inner/pom.xml",
                        licensed("EPL-2.0", "https://www.eclipse.org/legal/epl-2.0/")));
        pom("org.y", "two", "2.0", parent("org.y", "parent", "7"));
        pom("org.y", "parent", "7", licensed("The BSD License", "https://opensource.org/licenses/BSD-3-Clause"));
        jar(repository.resolve("org/lib/lib/5/lib-5.jar"), "", Map.of("lib/Lib.class", "lib", "lib/b.so", "native"));
        pom("org.lib", "lib", "5", licensed("Bouncy Castle Licence", "https://www.bouncycastle.org/licence.html"));
        ours(Map.of("org/ferrule/a/A.class", "a", "lib/b.so", "native"));
    }

    private void ours(Map<String, String> files) throws IOException {
        jar(distribution.resolve("system/org/ferrule/a/0.1.0/a-0.1.0.jar"), "", files);
    }

    private static String properties(String group, String name) {
        return "META-INF/maven/" + group + "/" + name + "/pom.properties";
    }

    private static String parent(String group, String name, String version) {
        return "<project><parent><groupId>" + group + "</groupId><artifactId>" + name + "</artifactId><version>"
                + version + "</version></parent></project>";
    }

    private static String licensed(String name, String url) {
        return "<project><licenses><license><name>" + name + "</name><url>" + url
                + "</url></license></licenses></project>";
    }

    private void pom(String group, String name, String version, String text) throws IOException {
        Path file = repository.resolve(
                group.replace('.', '/') + "/" + name + "/" + version + "/" + name + "-" + version + ".pom");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void jar(Path file, String licence, Map<String, String> files) throws IOException {
        Files.createDirectories(file.getParent());
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        if (!licence.isEmpty()) {
            manifest.getMainAttributes().putValue("Bundle-License", licence);
        }
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            for (Map.Entry<String, String> entry : new TreeMap<>(files).entrySet()) {
                jar.putNextEntry(new ZipEntry(entry.getKey()));
                jar.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
                jar.closeEntry();
            }
        }
    }

    private List<Part> parts() throws IOException {
        Embedded embedded = new Embedded(repository).library(repository.resolve("org/lib/lib/5/lib-5.jar"));
        return new Distribution(distribution, new Licences(repository), embedded).parts();
    }

    private String refused() {
        return assertThrows(IOException.class, this::parts).getMessage();
    }

    private Bill bill() throws IOException {
        return new Bill("0.1.0", Instant.parse("2026-01-01T00:00:00Z"), parts());
    }

    @Test
    void eachJarIsFoundWithWhatIsInIt() throws IOException {
        List<Part> parts = parts();
        assertEquals(
                List.of("org.y:two:2.0 BSD-3-Clause", "org.ferrule:a:0.1.0 Apache-2.0", "org.x:one:1.0 Apache-2.0"),
                parts.stream()
                        .map(part -> part.coordinates() + " " + part.licence())
                        .toList());
        assertEquals(
                "[Inside[coordinates=org.z:inner:3, licence=EPL-2.0]]",
                parts.get(0).inside().toString());
        assertEquals(
                "[Inside[coordinates=org.lib:lib:5, licence=MIT]]",
                parts.get(1).inside().toString());
        assertEquals("system/org/x/one/1.0/one-1.0.jar", parts.get(2).file());
        assertEquals(64, parts.get(2).sha256().length());
        assertEquals(128, parts.get(2).sha512().length());
    }

    @Test
    void theBillIsAsTheSchemaWantsIt() throws Exception {
        String json = bill().json();
        assertEquals(List.of(), new JsonParser().validate(json.getBytes(StandardCharsets.UTF_8), Bill.SCHEMA));
        assertTrue(json.contains("pkg:maven/org.lib/lib@5?type=jar"));
        assertTrue(json.contains(parts().get(0).sha512()));
    }

    @Test
    void theBillIsTheSameWheneverItIsMade() throws Exception {
        assertEquals(bill().json(), bill().json());
        assertEquals(bill().licences(), bill().licences());
        assertTrue(bill().json().contains("2026-01-01T00:00:00Z"));
    }

    @Test
    void theListNamesEachLibraryUnderItsLicence() throws IOException {
        assertTrue(bill().licences()
                .contains("\nBSD-3-Clause\n  org.y:two:2.0  in lib/boot/two-2.0.jar\n\nEPL-2.0\n"
                        + "  org.z:inner:3  in lib/boot/two-2.0.jar\n"));
    }

    @Test
    void whatSaysNothingOfItsLicenceIsRefused() throws IOException {
        jar(distribution.resolve("system/org/x/one/1.0/one-1.0.jar"), "", Map.of("x", "x"));
        assertTrue(refused().contains("org.x:one:1.0, in one-1.0.jar, does not say what its licence is"), refused());
    }

    @Test
    void aLicenceThatIsNotKnownIsRefused() throws IOException {
        jar(distribution.resolve("system/org/x/one/1.0/one-1.0.jar"), "Proprietary", Map.of("x", "x"));
        assertTrue(refused().contains("The licence of org.x:one:1.0, \"Proprietary\", is not in"), refused());
    }

    @Test
    void aFileOfOursThatIsOfNoLibraryIsRefused() throws IOException {
        ours(Map.of("lib/b.so", "another one"));
        assertTrue(refused().contains("a-0.1.0.jar has lib/b.so, which is of no library that is known"), refused());
    }

    @Test
    void aJarThatDoesNotSayWhatItIsIsRefused() throws IOException {
        jar(distribution.resolve("lib/boot/three-3.0.jar"), APACHE, Map.of("x", "x"));
        assertTrue(refused().contains("lib/boot/three-3.0.jar does not say what it is"), refused());
    }

    @Test
    void ofSeveralLicencesOneMayBeChosen() throws IOException {
        pom(
                "org.y",
                "two",
                "2.0",
                "<project><licenses><license><url>https://opensource.org/licenses/MIT</url></license>"
                        + "<license><name>Apache-2.0</name></license></licenses></project>");
        assertEquals("MIT OR Apache-2.0", parts().get(0).licence());
    }
}
