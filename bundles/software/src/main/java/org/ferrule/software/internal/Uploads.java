package org.ferrule.software.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.ferrule.config.ConfigException;

/**
 * Reads the files that users put into their upload folders. What is read is a copy: a file may change while it is looked
 * at.
 *
 * @param folder holds one folder for each user
 */
record Uploads(Path folder) {
    /**
     * The content of a user's file; empty if there is none of that name.
     *
     * @throws ConfigException if it cannot be read, or is too large
     */
    Optional<byte[]> read(String user, String name) throws ConfigException {
        Path file = file(user, name);
        if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new ConfigException("The upload " + name + " is not a plain file");
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] content = in.readNBytes(Archive.MAX_BYTES + 1);
            if (content.length > Archive.MAX_BYTES) {
                throw new ConfigException(
                        "The upload " + name + " is larger than " + (Archive.MAX_BYTES >> 20) + " MB");
            }
            return Optional.of(content);
        } catch (IOException e) {
            throw new ConfigException("The upload " + name + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Users' names and files' names are names, and no paths. */
    private Path file(String user, String name) throws ConfigException {
        try {
            Path file = folder.resolve(user).resolve(name);
            if (file.normalize().equals(file) && file.getNameCount() == folder.getNameCount() + 2) {
                return file;
            }
        } catch (InvalidPathException e) {
            throw new ConfigException("\"" + name + "\" is not the name of a file", e);
        }
        throw new ConfigException("\"" + name + "\" is not the name of a file in the upload folder");
    }
}
