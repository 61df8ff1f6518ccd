package org.ferrule.software.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.ferrule.software.internal.Platform.Installed;

/**
 * Puts what a person installed with Karaf's {@code feature:install} into the manifest: its bundle is kept as an image of its
 * own, which nobody signed, so that it comes again after the cache was cleared.
 *
 * @param ledger the manifest in force
 * @param platform where the bundle runs
 * @param pace what time it is
 */
record Adoption(Ledger ledger, Platform platform, Pace pace) {
    private static final String SIGNER = "unsigned, by feature:install";
    private static final String NAME = "feature-";
    /** The same bundle makes the same image, whenever that is. */
    private static final LocalDateTime MADE = LocalDateTime.of(2000, 1, 1, 0, 0);

    /** The manifest as it is to be: with the heir in the place of the old versions, of which there is one at least. */
    Manifest adopt(Manifest now, Installed heir, List<Installed> old) throws IOException {
        byte[] bundle = platform.content(heir);
        if (bundle.length > Archive.MAX_BYTES) {
            throw new IOException("it has more than " + (Archive.MAX_BYTES >> 20) + " MB");
        }
        String entry = "repository/" + heir.symbolicName() + "-" + heir.version() + ".jar";
        byte[] kar = kar(entry, bundle);
        String digest = Digests.of(kar);
        Path file = ledger.store().incoming(kar);
        try {
            ledger.store().keep(file, digest);
        } finally {
            Files.deleteIfExists(file);
        }
        Optional<Manifest.Wanted> earlier = now.wanted(heir.symbolicName());
        List<Manifest.Wanted> wanted = new ArrayList<>(now.wanted());
        earlier.ifPresent(wanted::remove);
        Installed first = old.get(0);
        wanted.add(new Manifest.Wanted(
                heir.symbolicName(),
                heir.version().toString(),
                Digests.of(bundle),
                digest,
                entry,
                heir.startLevel(),
                earlier.map(Manifest.Wanted::replacedVersion)
                        .orElse(first.version().toString()),
                earlier.map(Manifest.Wanted::requirement)
                        .orElseGet(() -> platform.requirement(first).orElse(""))));
        return now.withImage(new Manifest.Image(
                        NAME + heir.symbolicName() + "-" + heir.version(),
                        heir.version().toString(),
                        digest,
                        SIGNER,
                        kar.length,
                        Job.text(pace.now())))
                .withWanted(wanted);
    }

    private static byte[] kar(String entry, byte[] bundle) throws IOException {
        java.util.jar.Manifest manifest = new java.util.jar.Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Karaf-Feature-Start", "false");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream kar = new JarOutputStream(bytes)) {
            put(kar, java.util.jar.JarFile.MANIFEST_NAME);
            manifest.write(kar);
            kar.closeEntry();
            put(kar, entry);
            kar.write(bundle);
            kar.closeEntry();
        }
        return bytes.toByteArray();
    }

    private static void put(JarOutputStream kar, String name) throws IOException {
        JarEntry entry = new JarEntry(name);
        entry.setTimeLocal(MADE);
        kar.putNextEntry(entry);
    }

    /** Bundles that are wanted because a feature brought them, and that are gone with it. */
    List<Manifest.Wanted> orphans() {
        List<Installed> all = platform.bundles();
        return ledger.manifest().wanted().stream()
                .filter(wanted -> ledger.manifest()
                        .image(wanted.image())
                        .filter(image -> image.signer().equals(SIGNER))
                        .isPresent())
                .filter(wanted ->
                        all.stream().noneMatch(each -> each.symbolicName().equals(wanted.symbolicName())))
                .toList();
    }
}
