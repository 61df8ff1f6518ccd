package org.ferrule.archive.internal;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.ferrule.config.ConfigException;

/**
 * Contents as a compressed tar file, and back: the first file says what the others are. Reading believes nothing: a name
 * that is not known, a link, a size beyond the limits or a digest that differs ends it.
 */
final class TarForm {
    /** The most bytes of one file. */
    static final int MAX_FILE = 16 << 20;
    /** The most bytes of all files together. */
    static final int MAX_ALL = 32 << 20;

    private static final String FACTS = "manifest.json";
    private static final int MAX_FILES = 2048;
    private static final int FILE_MODE = 0600;

    private TarForm() {}

    static byte[] write(Contents contents) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes), "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            put(tar, FACTS, contents.facts().write());
            for (Map.Entry<String, byte[]> file : contents.files().entrySet()) {
                put(tar, file.getKey(), file.getValue());
            }
        }
        return bytes.toByteArray();
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        entry.setMode(FILE_MODE);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    /** What the archive says of itself; no more of it is read. */
    static Facts facts(byte[] bytes) throws ConfigException {
        try (TarArchiveInputStream tar = open(bytes)) {
            return facts(tar);
        } catch (IOException | RuntimeException e) {
            throw damaged(e);
        }
    }

    /** @throws ConfigException if anything is not as {@link #write} writes it */
    static Contents read(byte[] bytes) throws ConfigException {
        try (TarArchiveInputStream tar = open(bytes)) {
            Facts facts = facts(tar);
            Map<String, byte[]> files = new TreeMap<>();
            int left = MAX_ALL;
            TarArchiveEntry entry = tar.getNextEntry();
            while (entry != null) {
                check(entry, files);
                byte[] content = content(tar, Math.min(left, MAX_FILE), entry.getName());
                left -= content.length;
                files.put(entry.getName(), content);
                entry = tar.getNextEntry();
            }
            if (!Contents.facts(files).equals(new TreeMap<>(facts.files()))) {
                throw new ConfigException("it is damaged: a file is missing, or is not the one that was saved");
            }
            return new Contents(facts, files);
        } catch (IOException | RuntimeException e) {
            // Commons Compress throws what it likes for what is no tar file.
            throw damaged(e);
        }
    }

    private static TarArchiveInputStream open(byte[] bytes) throws IOException {
        InputStream unpacked = new BufferedInputStream(
                new LimitedInput(new GZIPInputStream(new ByteArrayInputStream(bytes)), 2L * MAX_ALL));
        return new TarArchiveInputStream(unpacked, "UTF-8");
    }

    private static Facts facts(TarArchiveInputStream tar) throws IOException, ConfigException {
        TarArchiveEntry first = tar.getNextEntry();
        if (first == null || !first.getName().equals(FACTS) || !plain(first)) {
            throw new ConfigException("it is not an archive of " + Facts.PRODUCT + ": it does not begin with " + FACTS);
        }
        return Facts.read(content(tar, MAX_FILE, FACTS));
    }

    private static void check(TarArchiveEntry entry, Map<String, byte[]> before) throws ConfigException {
        String name = entry.getName();
        if (!plain(entry)) {
            throw new ConfigException("it holds " + quoted(name) + ", which is not a plain file");
        }
        if (!Contents.allowed(name)) {
            throw new ConfigException("it holds a file " + quoted(name) + ", which does not belong into an archive");
        }
        if (before.containsKey(name)) {
            throw new ConfigException("it holds " + quoted(name) + " twice");
        }
        if (before.size() == MAX_FILES) {
            throw new ConfigException("it holds more than " + MAX_FILES + " files");
        }
    }

    /** Links, devices, folders and sparse files are none. */
    private static boolean plain(TarArchiveEntry entry) {
        return entry.getLinkFlag() == TarConstants.LF_NORMAL && !entry.isDirectory() && !entry.isSparse();
    }

    /** Names come from outside: what could steer a terminal does not get to one. */
    private static String quoted(String name) {
        String readable = harmless(name);
        return '"' + (readable.length() > 100 ? readable.substring(0, 100) + "…" : readable) + '"';
    }

    private static String harmless(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    private static byte[] content(TarArchiveInputStream tar, int most, String name)
            throws IOException, ConfigException {
        byte[] content = tar.readNBytes(most + 1);
        if (content.length > most) {
            throw new ConfigException("it is too large: " + name + " would pass the limit of "
                    + (most == MAX_FILE ? MAX_FILE : MAX_ALL) / (1 << 20) + " MB");
        }
        return content;
    }

    private static ConfigException damaged(Exception cause) {
        return new ConfigException(
                "it is damaged, or no archive: " + harmless(String.valueOf(cause.getMessage())), cause);
    }
}
