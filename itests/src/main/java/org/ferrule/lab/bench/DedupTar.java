package org.ferrule.lab.bench;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Makes plain tars of packages, the same in each run: names are sorted, times and owners are left out. */
final class DedupTar {
    private DedupTar() {}

    /** Makes the tar of what is in a .tgz or a jar, unless it is there. */
    static Path of(Path archive) throws IOException {
        Path tar = archive.resolveSibling(archive.getFileName() + ".tar");
        if (!Files.exists(tar)) {
            write(archive.toString().endsWith(".tgz") ? packaged(archive) : jarred(archive), tar);
        }
        return tar;
    }

    private static Map<String, byte[]> packaged(Path archive) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (TarArchiveInputStream in = new TarArchiveInputStream(
                new GZIPInputStream(new BufferedInputStream(Files.newInputStream(archive))))) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (entry.isFile()) {
                    files.put(entry.getName(), in.readAllBytes());
                }
            }
        }
        return files;
    }

    private static Map<String, byte[]> jarred(Path archive) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (ZipFile jar = new ZipFile(archive.toFile())) {
            for (ZipEntry entry : Collections.list(jar.entries())) {
                if (!entry.isDirectory()) {
                    files.put(entry.getName(), jar.getInputStream(entry).readAllBytes());
                }
            }
        }
        return files;
    }

    private static void write(Map<String, byte[]> files, Path tar) throws IOException {
        Path unfinished = tar.resolveSibling(tar.getFileName() + ".part");
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(
                new BufferedOutputStream(Files.newOutputStream(unfinished)), StandardCharsets.UTF_8.name())) {
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setSize(file.getValue().length);
                entry.setModTime(0);
                entry.setUserName("");
                entry.setGroupName("");
                out.putArchiveEntry(entry);
                out.write(file.getValue());
                out.closeArchiveEntry();
            }
        }
        Files.move(unfinished, tar, StandardCopyOption.REPLACE_EXISTING);
    }
}
