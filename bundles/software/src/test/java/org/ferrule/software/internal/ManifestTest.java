package org.ferrule.software.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
    @TempDir
    Path home;

    private static Manifest.Image image(String name) {
        return new Manifest.Image(name, "1", "digest of " + name, "release", 10, "2026-06-01T00:00:00Z");
    }

    private static Manifest.Wanted wanted(String name, String image) {
        return new Manifest.Wanted(name, "1.0.0", "sha", "digest of " + image, "repository/x.jar", 60, "", "");
    }

    @Provide
    Arbitrary<Manifest> manifests() {
        Arbitrary<String> text = Arbitraries.strings().ofMaxLength(12);
        Arbitrary<Manifest.Image> images = Combinators.combine(text, text, text, text, Arbitraries.longs(), text)
                .as(Manifest.Image::new);
        Arbitrary<Manifest.Wanted> wanted = Combinators.combine(
                        text, Arbitraries.of("1.0.0", "2.3.4.x"), text, text, text, Arbitraries.integers(), text, text)
                .as(Manifest.Wanted::new);
        return Combinators.combine(images.list().ofMaxSize(4), wanted.list().ofMaxSize(4))
                .as((i, w) -> new Manifest(Manifest.FORMAT, i, w));
    }

    @Property(tries = 200)
    void whatWasWrittenIsRead(@ForAll("manifests") Manifest manifest) throws Unacceptable {
        assertEquals(manifest, Manifest.parse(manifest.bytes()));
    }

    /** Damage is told as such, and never taken for something else than text that was there. */
    @Test
    void damageIsNoticed() throws Unacceptable {
        byte[] whole = Manifest.EMPTY
                .withImage(image("a"))
                .withWanted(List.of(wanted("x", "a")))
                .bytes();
        for (int length = 0; length < whole.length - 2; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(Unacceptable.class, () -> Manifest.parse(cut));
        }
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            byte[] noise = whole.clone();
            noise[random.nextInt(noise.length)] = (byte) random.nextInt(256);
            try {
                Manifest.parse(noise);
            } catch (Unacceptable expected) {
                assertFalse(expected.getMessage().isEmpty());
            }
        }
        for (String text :
                List.of("null", "{}", "[]", "{\"format\":1}", "{\"format\":1,\"images\":[null],\"wanted\":[]}")) {
            assertThrows(Unacceptable.class, () -> Manifest.parse(text.getBytes(StandardCharsets.UTF_8)), text);
        }
    }

    @Test
    void theOldestImagesThatAreNotInUseGo() {
        Manifest manifest = Manifest.EMPTY
                .withImage(image("used"))
                .withImage(image("old"))
                .withImage(image("young"))
                .withWanted(List.of(wanted("x", "used")));
        assertEquals(
                List.of("used", "young"),
                manifest.pruned(1).images().stream().map(Manifest.Image::name).toList());
        assertEquals(manifest, manifest.pruned(2));
    }

    @Test
    void aDamagedManifestIsPutAsideAndSaid() throws Exception {
        Store store = new Store(home);
        store.write(Manifest.EMPTY.withImage(image("a")));
        Path file = home.resolve("software/manifest.json");
        Files.writeString(file, "{ half");
        Ledger ledger = new Ledger(new Store(home));
        assertEquals(Manifest.EMPTY, ledger.manifest());
        assertTrue(
                ledger.problems().get(0).contains("put aside as"),
                ledger.problems().toString());
        assertEquals("{ half", Files.readString(home.resolve("software/manifest.json.damaged")));
        ledger.change(now -> now.withImage(image("b")));
        assertEquals(1, new Ledger(new Store(home)).manifest().images().size());
    }

    @Test
    void onlyImagesOfTheManifestAreKept() throws Exception {
        Store store = new Store(home);
        Path kar = Files.writeString(home.resolve("kar"), "content");
        String digest = Digests.of(kar);
        store.keep(kar, digest);
        store.keep(kar, digest);
        Manifest.Image kept = new Manifest.Image("a", "", digest, "release", 7, "");
        store.write(Manifest.EMPTY.withImage(kept));
        assertTrue(Files.exists(store.image(digest)));
        // A crash in the middle leaves a file that nothing names.
        Files.writeString(store.image("other"), "half");
        store.write(Manifest.EMPTY.withImage(kept));
        assertFalse(Files.exists(store.image("other")));
        store.write(Manifest.EMPTY);
        assertFalse(Files.exists(store.image(digest)));
    }
}
