package org.ferrule.config.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.ferrule.config.PrivateFiles;
import org.ferrule.config.internal.Sealed.DamagedException;

/**
 * The files of the configuration folder: the saved configuration and those before it, what runs, and the catalog. Knows
 * names and crash safety, not what the text says. Used under the configuration's lock.
 */
final class Store {
    private static final int KEPT = 3;
    private static final String BOOT_LINE = "#BOOT ";

    private final Path folder;

    Store(Path folder) throws IOException {
        this.folder = folder;
        PrivateFiles.folder(folder);
    }

    Path saved() {
        return folder.resolve("ferrule.conf");
    }

    Path running() {
        return folder.resolve("running.conf");
    }

    /** The saved configurations before the last, newest first; not all of them need exist. */
    List<Path> kept() {
        List<Path> kept = new ArrayList<>();
        for (int i = 1; i <= KEPT; i++) {
            kept.add(kept(i));
        }
        return kept;
    }

    private Path kept(int age) {
        return folder.resolve("ferrule.conf." + age);
    }

    private Path catalog() {
        return folder.resolve("kinds.json");
    }

    /** The file's content; empty if there is no such file. */
    static Optional<byte[]> read(Path file) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Writes the saved configuration; the one before is kept if it is whole, and set aside otherwise. */
    List<Path> save(String body) throws IOException {
        byte[] bytes = Sealed.write(body);
        Optional<byte[]> before = read(saved());
        if (before.isPresent() && Arrays.equals(before.get(), bytes)) {
            return List.of(saved());
        }
        Path made = PrivateFiles.draft(saved(), bytes);
        try {
            if (before.isPresent()) {
                keep(before.get());
            }
            PrivateFiles.move(made, saved());
        } finally {
            Files.deleteIfExists(made);
        }
        return List.of(saved());
    }

    /**
     * Writes what the saved configuration needs, for the launcher, which believes it as long as it is not older than that.
     *
     * @param names of capabilities; empty if it is not known: then the launcher leaves the process all that it has
     */
    void writeCapabilities(Optional<Set<String>> names) throws IOException {
        Path file = folder.resolve("capabilities");
        if (names.isPresent()) {
            String lines =
                    names.get().stream().sorted().map(name -> name + "\n").collect(Collectors.joining());
            PrivateFiles.replace(file, lines.getBytes(StandardCharsets.UTF_8));
        } else {
            Files.deleteIfExists(file);
        }
    }

    /** Whether the saved configuration is this one. */
    boolean holds(String body) throws IOException {
        return read(saved())
                .filter(bytes -> Arrays.equals(bytes, Sealed.write(body)))
                .isPresent();
    }

    /** The saved file stays in its place until the new one takes it: at no moment is there none. */
    private void keep(byte[] before) throws IOException {
        try {
            Sealed.read(before);
        } catch (DamagedException e) {
            setAside(before);
            return;
        }
        for (int age = KEPT; age > 1; age--) {
            if (Files.exists(kept(age - 1))) {
                PrivateFiles.move(kept(age - 1), kept(age));
            }
        }
        FileTime savedAt = Files.getLastModifiedTime(saved());
        PrivateFiles.replace(kept(1), before);
        Files.setLastModifiedTime(kept(1), savedAt);
    }

    /** Keeps a damaged file for people to look at. */
    void setAside(byte[] damaged) throws IOException {
        PrivateFiles.replace(folder.resolve("ferrule.conf.damaged"), damaged);
    }

    /** Writes what runs, for a successor of this bundle in the same virtual machine. */
    void writeRunning(String boot, String body) throws IOException {
        PrivateFiles.replaceFleeting(running(), Sealed.write(BOOT_LINE + boot + "\n" + body));
    }

    /**
     * What runs, if it was written since this virtual machine started.
     *
     * @throws DamagedException if it was, but is not as it was written
     */
    Optional<String> readRunning(String boot) throws IOException, DamagedException {
        Optional<byte[]> bytes = read(running());
        if (bytes.isEmpty()
                || !new String(bytes.get(), StandardCharsets.UTF_8).contains("\n" + BOOT_LINE + boot + "\n")) {
            return Optional.empty();
        }
        Sealed sealed = Sealed.read(bytes.get());
        if (!sealed.intact()) {
            throw new DamagedException("its checksum is wrong");
        }
        return Optional.of(sealed.text());
    }

    Catalog readCatalog() throws IOException, DamagedException {
        Optional<byte[]> bytes = read(catalog());
        return bytes.isEmpty() ? Catalog.EMPTY : CatalogJson.read(new String(bytes.get(), StandardCharsets.UTF_8));
    }

    void writeCatalog(Catalog catalog) throws IOException {
        PrivateFiles.replace(catalog(), CatalogJson.write(catalog).getBytes(StandardCharsets.UTF_8));
    }
}
