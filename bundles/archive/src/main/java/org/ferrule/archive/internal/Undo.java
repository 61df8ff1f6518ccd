package org.ferrule.archive.internal;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.ferrule.config.PrivateFiles;

/**
 * What the files were before an archive was loaded, in one file of its own. While it is there, they count as not changed:
 * whoever finds it puts them back. So a load that was cut short at any moment never happened, and putting back may be cut
 * short, too.
 *
 * @param file where it is kept
 * @param files the appliance's files
 */
record Undo(Path file, HomeFiles files) {
    private static final Gson JSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    /**
     * What is in the file.
     *
     * @param archive the archive that was being loaded
     * @param before contents in base64 by name; null for files that were not there
     */
    private record Before(String archive, Map<String, String> before) {}

    static Undo in(UcsFolder folder, HomeFiles files) {
        return new Undo(folder.path().resolve("load.undo"), files);
    }

    /** Remembers the files of these names. From now on, until {@link #end}, they can be put back. */
    void begin(String archive, Collection<String> names) throws IOException {
        Map<String, String> before = new TreeMap<>();
        for (String name : names) {
            byte[] content = files.content(name);
            before.put(name, content == null ? null : Base64.getEncoder().encodeToString(content));
        }
        PrivateFiles.folder(file.getParent());
        PrivateFiles.replace(file, JSON.toJson(new Before(archive, before)).getBytes(StandardCharsets.UTF_8));
    }

    /** What was changed since counts; survives a crash of the machine from then on. */
    void end() throws IOException {
        Files.deleteIfExists(file);
        try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    /**
     * Puts the files back that were remembered, if there are any.
     *
     * @return the archive whose load is undone
     * @throws IOException if that cannot be done; it can be tried again
     */
    Optional<String> putBack() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Before remembered = read();
        for (Map.Entry<String, String> entry : remembered.before().entrySet()) {
            String content = entry.getValue();
            files.put(
                    entry.getKey(), content == null ? null : Base64.getDecoder().decode(content));
        }
        end();
        return Optional.of(remembered.archive());
    }

    private Before read() throws IOException {
        try {
            Before read = JSON.fromJson(Files.readString(file), Before.class);
            if (read != null
                    && read.archive() != null
                    && read.before() != null
                    && read.before().keySet().stream().allMatch(Contents::allowed)) {
                return read;
            }
        } catch (RuntimeException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
        throw new IOException(file + " is damaged");
    }
}
