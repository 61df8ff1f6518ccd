package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.ferrule.lab.Checkout;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The bill of materials names every jar of the distribution that was built, and what is in them. */
class BillOfMaterialsIT {
    /** Whoever ships a library under another one should have read it first. */
    private static final Set<String> ALLOWED = Set.of(
            "Apache-2.0",
            "BSD-2-Clause",
            "BSD-3-Clause",
            "MIT",
            "EPL-2.0",
            "LGPL-2.1-or-later OR Apache-2.0",
            "CDDL-1.1 OR GPL-2.0-only WITH Classpath-exception-2.0");

    private static Path distribution;
    private static List<JsonObject> components;

    @BeforeAll
    static void read() throws IOException {
        distribution = Checkout.distribution();
        components = new ArrayList<>();
        for (JsonElement component : JsonParser.parseString(Files.readString(distribution.resolve("sbom.cdx.json")))
                .getAsJsonObject()
                .getAsJsonArray("components")) {
            components.add(component.getAsJsonObject());
        }
    }

    private static Stream<String> properties(JsonObject component, String name) {
        List<String> values = new ArrayList<>();
        if (component.has("properties")) {
            component.getAsJsonArray("properties").forEach(property -> {
                JsonObject object = property.getAsJsonObject();
                if (object.get("name").getAsString().equals(name)) {
                    values.add(object.get("value").getAsString());
                }
            });
        }
        return values.stream();
    }

    private static String digest(JsonObject component) {
        for (JsonElement hash : component.getAsJsonArray("hashes")) {
            if (hash.getAsJsonObject().get("alg").getAsString().equals("SHA-256")) {
                return hash.getAsJsonObject().get("content").getAsString();
            }
        }
        throw new AssertionError("no SHA-256 of " + component.get("purl"));
    }

    private static String digest(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void everyJarIsInItWithItsBytes() throws IOException {
        Map<String, String> shipped = new TreeMap<>();
        try (Stream<Path> files = Files.walk(distribution)) {
            files.filter(file -> file.toString().endsWith(".jar"))
                    .forEach(file -> shipped.put(distribution.relativize(file).toString(), digest(file)));
        }
        Map<String, String> named = new TreeMap<>();
        components.forEach(
                component -> properties(component, "ferrule:file").forEach(file -> named.put(file, digest(component))));
        assertTrue(shipped.size() > 80, shipped.size() + " jars");
        assertEquals(shipped, named);
    }

    @Test
    void eachHasALicenceThatIsAllowedAndAPackageUrl() {
        Set<String> licences = new TreeSet<>();
        for (JsonObject component : components) {
            assertTrue(component.get("purl").getAsString().startsWith("pkg:maven/"), component.toString());
            licences.add(component
                    .getAsJsonArray("licenses")
                    .get(0)
                    .getAsJsonObject()
                    .get("expression")
                    .getAsString());
        }
        licences.removeAll(ALLOWED);
        assertEquals(Set.of(), licences);
    }

    /** A scanner looks for these by name: they are in jars that are called otherwise. */
    @Test
    void whatIsWithinOthersIsNamed() throws IOException {
        Set<String> within = new TreeSet<>();
        components.stream()
                .filter(component ->
                        properties(component, "ferrule:within").findAny().isPresent())
                .forEach(component -> within.add(component.get("name").getAsString()));
        assertTrue(
                within.containsAll(List.of(
                        "log4j-core",
                        "httpclient",
                        "zstd-jni",
                        "lz4-java",
                        "aircompressor",
                        "commons-compress",
                        "commons-io",
                        "commons-lang3",
                        "prometheus-metrics-model")),
                within.toString());
        String list = Files.readString(distribution.resolve("LICENSES.txt"));
        within.forEach(name -> assertTrue(list.contains(":" + name + ":"), name));
    }
}
