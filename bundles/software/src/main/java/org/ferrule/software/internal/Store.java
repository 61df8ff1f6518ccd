package org.ferrule.software.internal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.ferrule.config.PrivateFiles;

/**
 * The folder {@code software} of the appliance's home: the manifest, the images, the jobs. A file is there whole or not at
 * all; an image is there before the manifest names it, and leaves after.
 */
final class Store {
    private static final String MANIFEST = "manifest.json";
    private static final String JOBS = "jobs.json";
    private static final int MAX_BYTES = 4 << 20;

    private final Path folder;
    private final Path images;

    Store(Path home) throws IOException {
        folder = home.resolve("software");
        images = folder.resolve("images");
        PrivateFiles.folder(folder);
        PrivateFiles.folder(images);
    }

    /**
     * The manifest as it was last written; empty if none was.
     *
     * @throws Unacceptable if it is damaged
     */
    Manifest manifest() throws IOException, Unacceptable {
        Path file = folder.resolve(MANIFEST);
        return Files.exists(file) ? Manifest.parse(bounded(file)) : Manifest.EMPTY;
    }

    private static byte[] bounded(Path file) throws IOException, Unacceptable {
        if (Files.size(file) > MAX_BYTES) {
            throw new Unacceptable("it is larger than " + MAX_BYTES + " bytes");
        }
        return Files.readAllBytes(file);
    }

    /** Puts a damaged manifest aside, where a person can look at it; gives its new place. */
    Path putAside() throws IOException {
        Path damaged = folder.resolve(MANIFEST + ".damaged");
        PrivateFiles.move(folder.resolve(MANIFEST), damaged);
        return damaged;
    }

    /** Writes the manifest; what it does not name any more is removed. */
    void write(Manifest manifest) throws IOException {
        PrivateFiles.replace(folder.resolve(MANIFEST), manifest.bytes());
        tidy(manifest);
    }

    private void tidy(Manifest manifest) throws IOException {
        Set<Path> named =
                manifest.images().stream().map(image -> image(image.sha256())).collect(Collectors.toSet());
        try (DirectoryStream<Path> files = Files.newDirectoryStream(images)) {
            for (Path file : files) {
                if (!named.contains(file)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** Where an image lies. */
    Path image(String sha256) {
        return images.resolve(sha256 + Image.ENDING);
    }

    /** Keeps an image; it means nothing until the manifest names it. */
    void keep(Path file, String sha256) throws IOException {
        Path place = image(sha256);
        if (!Files.exists(place) || !Digests.of(place).equals(sha256)) {
            PrivateFiles.replace(place, Files.readAllBytes(file));
        }
    }

    /** A private copy of a file that others may change meanwhile; to be deleted by the caller. */
    Path incoming(byte[] content) throws IOException {
        return PrivateFiles.draft(folder.resolve("incoming"), content);
    }

    /** The jobs as they were last written; empty if none were. */
    byte[] jobs() throws IOException, Unacceptable {
        try {
            return bounded(folder.resolve(JOBS));
        } catch (NoSuchFileException e) {
            return new byte[0];
        }
    }

    void writeJobs(byte[] content) throws IOException {
        PrivateFiles.replaceFleeting(folder.resolve(JOBS), content);
    }
}
