package org.ferrule.software.internal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.ferrule.config.Home;
import org.ferrule.config.PrivateFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The volumes of the appliance's home, in their folders: programs that can be booted, each with a configuration, software
 * and a cache of its own. Any thread; changed by one at a time.
 */
final class Volumes {
    private static final Logger LOG = LoggerFactory.getLogger(Volumes.class);
    private static final Pattern NAME = Pattern.compile("HD[1-9]\\.[1-9][0-9]?");
    private static final String DESCRIPTION = "volume.json";
    private static final String INCOMING = "incoming.";
    private static final String PROGRAM = "program";
    private static final int MAX_BYTES = 1 << 16;
    /** Of the saved configuration; the first is copied last, since it is what a volume begins with. */
    private static final List<String> CONFIGURATION =
            List.of("ferrule.conf", "ferrule.conf.1", "ferrule.conf.2", "ferrule.conf.3", "kinds.json");

    private final Home home;

    /** @param home as the volume that runs sees it */
    Volumes(Home home) {
        this.home = home;
    }

    /** The one that runs. */
    String active() {
        return home.volume();
    }

    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** The volumes that there are, those included that are not whole; the first volume first. */
    List<String> names() {
        TreeSet<String> others = new TreeSet<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(home.locations())) {
            for (Path folder : folders) {
                String name = folder.getFileName().toString();
                if (isName(name) && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                    others.add(name);
                }
            }
        } catch (NoSuchFileException none) {
            return List.of(Home.FIRST_VOLUME);
        } catch (IOException e) {
            LOG.warn("The volumes cannot be listed: {}", e.getMessage());
        }
        List<String> names = new ArrayList<>(others);
        names.remove(Home.FIRST_VOLUME);
        names.add(0, Home.FIRST_VOLUME);
        return names;
    }

    /** Those that can be booted. */
    List<String> bootable() {
        return names().stream().filter(this::isBootable).toList();
    }

    boolean isBootable(String name) {
        return name.equals(Home.FIRST_VOLUME) || description(name).isPresent();
    }

    boolean exists(String name) {
        return names().contains(name);
    }

    /** What it was made of; empty for the first volume, and for one that is not whole. */
    Optional<Volume> description(String name) {
        if (name.equals(Home.FIRST_VOLUME)) {
            return Optional.empty();
        }
        Path file = home.on(name).place().resolve(DESCRIPTION);
        try {
            if (!Files.exists(file) || Files.size(file) > MAX_BYTES) {
                return Optional.empty();
            }
            return Optional.of(Volume.parse(Files.readAllBytes(file)));
        } catch (IOException | Unacceptable e) {
            LOG.warn("The description of {}, {}, cannot be used: {}", name, file, e.getMessage());
            return Optional.empty();
        }
    }

    /** Says what a volume was made of: from then on it can be booted. */
    void describe(String name, Volume volume) throws IOException {
        PrivateFiles.replace(home.on(name).place().resolve(DESCRIPTION), volume.bytes());
    }

    /** The one that runs was booted, if this is the first time. */
    void markBooted(String when) throws IOException {
        Optional<Volume> own =
                description(active()).filter(volume -> volume.booted().isEmpty());
        if (own.isPresent()) {
            describe(active(), own.get().bootedAt(when));
        }
    }

    /** Where its program lies. */
    Path program(String name) {
        return home.on(name).place().resolve(PROGRAM);
    }

    /** A line of a volume's {@code data}, as the launcher wrote it; "" if it did not. */
    String noted(String name, String file, String key) {
        try {
            for (String line : Files.readAllLines(home.on(name).data().resolve(file))) {
                if (line.startsWith(key)) {
                    return line.substring(key.length()).strip();
                }
            }
        } catch (IOException e) {
            LOG.debug("{} says nothing of its {}", name, file, e);
        }
        return "";
    }

    /** An empty file that only the appliance can read, for an image that is being judged; to be deleted by the caller. */
    Path incoming() throws IOException {
        PrivateFiles.folder(home.locations());
        return PrivateFiles.draft(home.locations().resolve("incoming"), new byte[0]);
    }

    /** How many bytes there is room for. */
    long room() throws IOException {
        return Files.getFileStore(home.directory()).getUsableSpace();
    }

    /** Makes the folder of a volume; what was there is gone, and it cannot be booted from the first moment on. */
    void clear(String name) throws IOException {
        remove(name);
        PrivateFiles.folder(home.on(name).place());
    }

    /** Removes a volume. */
    void remove(String name) throws IOException {
        Path place = home.on(name).place();
        if (name.equals(Home.FIRST_VOLUME) || name.equals(active())) {
            throw new IllegalArgumentException(name + " must not be removed");
        }
        Files.deleteIfExists(place.resolve(DESCRIPTION));
        if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            delete(place);
        }
    }

    /** Gives a volume the configuration that is saved in the one that runs. */
    void copyConfiguration(String to) throws IOException {
        Path from = home.config();
        Path into = home.on(to).config();
        PrivateFiles.folder(into);
        for (int i = CONFIGURATION.size() - 1; i >= 0; i--) {
            Path file = from.resolve(CONFIGURATION.get(i));
            if (Files.exists(file)) {
                PrivateFiles.replace(into.resolve(CONFIGURATION.get(i)), Files.readAllBytes(file));
            } else {
                Files.deleteIfExists(into.resolve(CONFIGURATION.get(i)));
            }
        }
    }

    /**
     * Gives a volume Karaf's settings of the one that runs, with what says which of them were changed here: the launcher
     * renews the others.
     */
    void copySettings(String to) throws IOException {
        Path from = home.etc();
        Path into = home.on(to).etc();
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                PrivateFiles.folder(into.resolve(from.relativize(folder)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    PrivateFiles.replaceFleeting(into.resolve(from.relativize(file)), Files.readAllBytes(file));
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Removes what an installation left that was cut short. */
    void tidy() {
        for (String name : names()) {
            if (!name.equals(active()) && !isBootable(name)) {
                LOG.warn("Installing {} was cut short: what there is of it is removed", name);
                try {
                    remove(name);
                } catch (IOException e) {
                    LOG.warn("{} cannot be removed: {}", name, e.getMessage());
                }
            }
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(home.locations(), INCOMING + "*")) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException none) {
            LOG.debug("There is one volume only", none);
        } catch (IOException e) {
            LOG.warn("An image that came in cannot be removed: {}", e.getMessage());
        }
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path left, IOException problem) throws IOException {
                if (problem != null) {
                    throw problem;
                }
                Files.delete(left);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
