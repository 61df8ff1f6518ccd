package org.ferrule.software.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
        if (!exists(user, name)) {
            return Optional.empty();
        }
        try (InputStream in = open(user, name)) {
            byte[] content = in.readNBytes(Archive.MAX_BYTES + 1);
            if (content.length > Archive.MAX_BYTES) {
                throw tooLarge(name, Archive.MAX_BYTES);
            }
            return Optional.of(content);
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    /** Whether the user has a plain file of that name; anything else of that name is refused. */
    boolean exists(String user, String name) throws ConfigException {
        Path file = file(user, name);
        if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new ConfigException("The upload " + name + " is not a plain file");
        }
        return true;
    }

    /**
     * Appends the content of a user's file to another file.
     *
     * @param most bytes that it may have
     */
    void copy(String user, String name, Path to, long most) throws ConfigException {
        try (InputStream in = open(user, name);
                OutputStream out = Files.newOutputStream(to, StandardOpenOption.APPEND)) {
            byte[] buffer = new byte[1 << 16];
            long left = most;
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                left -= n;
                if (left < 0) {
                    throw tooLarge(name, most);
                }
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    private InputStream open(String user, String name) throws IOException, ConfigException {
        return Files.newInputStream(file(user, name), LinkOption.NOFOLLOW_LINKS);
    }

    private static ConfigException tooLarge(String name, long most) {
        return new ConfigException("The upload " + name + " is larger than " + (most >> 20) + " MB");
    }

    private static ConfigException unreadable(String name, IOException e) {
        return new ConfigException("The upload " + name + " cannot be read: " + e.getMessage(), e);
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
