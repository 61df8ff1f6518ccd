package org.ferrule.software.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarInputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;

/**
 * A signed KAR: a repository of features with their bundles, as Karaf lays it out.
 *
 * @param name what the file is called, without its ending
 * @param version as the image says itself, or "" if it does not
 * @param sha256 of the file
 * @param signer the trusted signer
 * @param bundles in the order in which its features name them
 */
record Image(String name, String version, String sha256, String signer, List<Bundle> bundles) {
    static final String ENDING = ".kar";
    static final String VERSION_HEADER = "Ferrule-Image-Version";

    private static final String REPOSITORY = "repository/";

    /**
     * A bundle of an image.
     *
     * @param entry where it lies in the KAR
     * @param startLevel where it starts, as its feature says
     * @param content its bytes
     */
    record Bundle(String symbolicName, Version version, String entry, int startLevel, byte[] content) {
        String sha256() {
            return Digests.of(content);
        }

        InputStream open() {
            return new ByteArrayInputStream(content);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Bundle b && entry.equals(b.entry) && sha256().equals(b.sha256());
        }

        @Override
        public int hashCode() {
            return entry.hashCode();
        }

        @Override
        public String toString() {
            return symbolicName + " " + version;
        }
    }

    /**
     * Reads an image.
     *
     * @throws Unacceptable if it is damaged, is not signed by a trusted signer, or holds what an image may not
     */
    static Image read(Path file, String name, TrustedSigners trusted, Instant now) throws Unacceptable {
        Archive archive = Archive.read(file, trusted, now);
        return of(archive, name, sha256(file), signer(archive.signer(), trusted));
    }

    /** The signer; what nobody trusted has signed as a whole is refused. */
    static String signer(Optional<String> signer, TrustedSigners trusted) throws Unacceptable {
        return signer.orElseThrow(() -> new Unacceptable(
                trusted.byName().isEmpty()
                        ? "no signer is trusted here; create " + Signer.KIND + " NAME certificate \"…\" names one"
                        : "it is not signed, or not all of it, by one of the trusted signers: "
                                + String.join(
                                        ", ",
                                        trusted.byName().keySet().stream()
                                                .sorted()
                                                .toList())));
    }

    private static String sha256(Path file) throws Unacceptable {
        try {
            return Digests.of(file);
        } catch (IOException e) {
            throw new Unacceptable("it cannot be read: " + e.getMessage(), e);
        }
    }

    private static Image of(Archive archive, String name, String sha256, String signer) throws Unacceptable {
        if (WholeImage.isOne(archive.manifest())) {
            throw new Unacceptable("it is a whole program: install it beside the one that runs, with the words volume "
                    + "HD1.2 create-volume");
        }
        List<Bundle> bundles = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (Map.Entry<String, byte[]> file : archive.content().entrySet()) {
            if (!file.getKey().startsWith(REPOSITORY)) {
                throw new Unacceptable(
                        "it has a file outside of " + REPOSITORY + ", which an image may not: " + file.getKey());
            }
            if (file.getKey().endsWith(".xml")) {
                used.add(file.getKey());
                for (Features.Bundle named : Features.read(file.getKey(), file.getValue())) {
                    String entry = REPOSITORY + named.path();
                    byte[] content = archive.content().get(entry);
                    if (content == null) {
                        throw new Unacceptable("it lacks a bundle that its features name: " + entry);
                    }
                    if (used.add(entry)) {
                        bundles.add(bundle(entry, named.startLevel(), content));
                    }
                }
            }
        }
        for (String entry : archive.content().keySet()) {
            if (!used.contains(entry)) {
                throw new Unacceptable("it has a file that its features do not name: " + entry);
            }
        }
        checkNames(bundles);
        String version = archive.manifest().getMainAttributes().getValue(VERSION_HEADER);
        return new Image(name, version == null ? "" : version, sha256, signer, List.copyOf(bundles));
    }

    private static void checkNames(List<Bundle> bundles) throws Unacceptable {
        if (bundles.isEmpty()) {
            throw new Unacceptable("there is no bundle in it");
        }
        Set<String> names = new HashSet<>();
        for (Bundle bundle : bundles) {
            if (!names.add(bundle.symbolicName())) {
                throw new Unacceptable("it has two bundles called " + bundle.symbolicName());
            }
        }
    }

    private static Bundle bundle(String entry, int startLevel, byte[] content) throws Unacceptable {
        try (JarInputStream jar = new JarInputStream(new ByteArrayInputStream(content), false)) {
            Manifest manifest = jar.getManifest();
            Attributes main = manifest == null ? new Attributes() : manifest.getMainAttributes();
            String name = main.getValue(Constants.BUNDLE_SYMBOLICNAME);
            String version = main.getValue(Constants.BUNDLE_VERSION);
            if (name == null || version == null) {
                throw new Unacceptable(entry + " is no OSGi bundle with a symbolic name and a version");
            }
            if (main.getValue(Constants.FRAGMENT_HOST) != null) {
                throw new Unacceptable(entry + " is a fragment: it would change the bundle that it belongs to");
            }
            return new Bundle(
                    name.split(";")[0].strip(), Version.parseVersion(version.strip()), entry, startLevel, content);
        } catch (IOException | IllegalArgumentException | SecurityException e) {
            throw new Unacceptable(entry + " is no OSGi bundle: " + e.getMessage(), e);
        }
    }
}
