package org.ferrule.archive.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ferrule.config.ConfigException;
import org.ferrule.config.PrivateFiles;

/**
 * The folder of archives. Names are given with or without {@link #SUFFIX}, and never lead out of the folder.
 *
 * @param path the folder; made when the first archive is saved
 */
record UcsFolder(Path path) {
    static final String SUFFIX = ".ucs";
    /** The most bytes of an archive. */
    static final long MAX_BYTES = 64L << 20;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");

    /** The names of the archives, sorted; empty if the folder cannot be read. */
    List<String> names() {
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(SUFFIX) && NAME.matcher(name).matches())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** The archive of that name, which need not be there. */
    Path file(String name) throws ConfigException {
        if (!NAME.matcher(name).matches()) {
            throw new ConfigException("\"" + name + "\" is not a name for an archive: up to 100 letters, digits, dots,"
                    + " hyphens and underscores. Archives are in " + path);
        }
        return path.resolve(name.endsWith(SUFFIX) ? name : name + SUFFIX);
    }

    Path existing(String name) throws ConfigException {
        Path file = file(name);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            List<String> names = names();
            throw ConfigException.notFound(
                    "Archive",
                    file.getFileName().toString(),
                    names.isEmpty() ? "There is none in " + path + "." : "There is: " + String.join(", ", names));
        }
        return file;
    }

    byte[] read(Path file) throws ConfigException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ConfigException(file + " cannot be read: it is larger than " + MAX_BYTES / (1 << 20) + " MB");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ConfigException(file + " cannot be read: " + e, e);
        }
    }

    void write(Path file, byte[] content) throws ConfigException {
        try {
            PrivateFiles.folder(path);
            PrivateFiles.replace(file, content);
        } catch (IOException e) {
            throw new ConfigException(file + " cannot be written: " + e, e);
        }
    }

    void delete(Path file) throws ConfigException {
        try {
            Files.delete(file);
        } catch (NoSuchFileException gone) {
            // Somebody else was first: that is what was wanted.
            return;
        } catch (IOException e) {
            throw new ConfigException(file + " cannot be deleted: " + e, e);
        }
    }

    /** What an archive says of itself. */
    Facts facts(Path file) throws ConfigException {
        byte[] bytes = read(file);
        return Envelope.encrypted(bytes) ? Envelope.facts(bytes) : TarForm.facts(bytes);
    }
}
