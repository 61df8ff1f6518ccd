package org.ferrule.archive.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.ferrule.config.Home;
import org.ferrule.config.PrivateFiles;

/**
 * The files of the appliance's home that archives are about, by the name that they have within an archive.
 *
 * @param home the appliance's home
 */
record HomeFiles(Home home) {
    private static final String DRAFT = ".new";

    /** Certificates and keys, as they are. */
    Map<String, byte[]> keysAndCertificates() throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        collect(home.keys(), "keys/", files);
        collect(home.ssl(), "ssl/", files);
        return files;
    }

    private static void collect(Path folder, String prefix, Map<String, byte[]> into) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = prefix + file.getFileName();
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                        && Contents.allowed(name)
                        && !name.endsWith(DRAFT)) {
                    into.put(name, read(file));
                }
            }
        }
    }

    private static byte[] read(Path file) throws IOException {
        if (Files.size(file) > TarForm.MAX_FILE) {
            throw new IOException(file + " is too large for an archive");
        }
        return Files.readAllBytes(file);
    }

    /** The file's content; null if there is none. */
    byte[] content(String name) throws IOException {
        Path file = path(name);
        return Files.exists(file) ? read(file) : null;
    }

    /** Puts the content in place; null removes the file. */
    void put(String name, byte[] content) throws IOException {
        Path file = path(name);
        if (content == null) {
            Files.deleteIfExists(file);
        } else {
            PrivateFiles.folder(file.getParent());
            PrivateFiles.replace(file, content);
        }
    }

    private Path path(String name) {
        if (!Contents.allowed(name)) {
            throw new IllegalArgumentException(name + " is no file of an archive");
        }
        // The configuration is a volume's own.
        return name.startsWith("config/")
                ? home.place().resolve(name)
                : home.directory().resolve(name);
    }

    /** Whether a file must not be read by others: all are but certificates alone. */
    static boolean secret(byte[] content) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        return !text.contains("-----BEGIN CERTIFICATE-----") || text.contains("PRIVATE KEY");
    }
}
