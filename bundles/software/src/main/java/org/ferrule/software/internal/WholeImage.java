package org.ferrule.software.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import org.ferrule.config.PrivateFiles;

/**
 * A whole program in a signed archive: the distribution's folders, to be booted beside the one that runs. The archive is
 * read twice, to be judged and to be unpacked, from a file that nobody else can change, and is never in memory as a whole.
 *
 * @param name what the file is called, without its ending
 * @param version as the image says itself
 * @param signer the trusted signer
 * @param bytes of all that is in it
 */
record WholeImage(String name, String version, String signer, long bytes) {
    /** Says that an archive is one, and by which rules launcher and program understand each other. */
    static final String FORM_HEADER = "Ferrule-Whole-Image";

    static final String FORM = "1";

    /** How large the archive may be, and how large what is in it. */
    static final long MAX_BYTES = 1L << 30;

    private static final String PROGRAM = "program/";
    private static final Pattern NAME = Pattern.compile("program/(version|(bin|etc|lib|system)/.+)");
    private static final Set<String> NEEDED =
            Set.of("program/bin/karaf", "program/bin/setenv", "program/etc/config.properties", "program/version");
    private static final FileAttribute<Set<PosixFilePermission>> PLAIN =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> COMMAND =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** Told of each file before it is unpacked; may end it by an exception. */
    @FunctionalInterface
    interface Watcher {
        void next() throws Upgrade.Failed;
    }

    static boolean isOne(Manifest manifest) {
        return manifest.getMainAttributes().getValue(FORM_HEADER) != null;
    }

    /**
     * Judges an archive.
     *
     * @throws Unacceptable if it is damaged, is not signed by a trusted signer, or holds what a whole program does not
     */
    static WholeImage read(Path file, String name, TrustedSigners trusted, Instant now) throws Unacceptable {
        return Archive.open(file, jar -> {
            Manifest manifest = Archive.manifest(jar);
            checkForm(manifest);
            Set<String> missing = new TreeSet<>(NEEDED);
            long[] bytes = {0};
            Optional<String> signer = Archive.walk(jar, trusted, now, (entry, content) -> {
                check(entry);
                missing.remove(entry.getName());
                bytes[0] = measured(content, entry, bytes[0]);
            });
            if (!missing.isEmpty()) {
                throw new Unacceptable("it is no whole program: it lacks " + String.join(", ", missing));
            }
            String version = manifest.getMainAttributes().getValue(Image.VERSION_HEADER);
            return new WholeImage(name, version == null ? "" : version, Image.signer(signer, trusted), bytes[0]);
        });
    }

    private static void checkForm(Manifest manifest) throws Unacceptable {
        String form = manifest.getMainAttributes().getValue(FORM_HEADER);
        if (form == null) {
            throw new Unacceptable("it is an image of modules, which is installed without a volume");
        }
        if (!form.equals(FORM)) {
            throw new Unacceptable("it has the form " + form + ", and this version boots the form " + FORM + " only");
        }
    }

    private static void check(JarEntry entry) throws Unacceptable {
        if (!NAME.matcher(entry.getName()).matches()) {
            throw new Unacceptable("it has a file that is not of a program: " + entry.getName());
        }
    }

    private static long measured(InputStream content, JarEntry entry, long before) throws IOException, Unacceptable {
        byte[] buffer = new byte[1 << 16];
        long bytes = before;
        for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
            bytes += n;
            if (bytes > MAX_BYTES) {
                throw new Unacceptable(
                        "what is in it is too large: " + entry.getName() + " goes beyond " + (MAX_BYTES >> 20) + " MB");
            }
        }
        return bytes;
    }

    /**
     * Unpacks the archive that was judged into a new folder: only the appliance may read it, and it is on disk when this
     * returns.
     *
     * @throws IOException if the disk does not take it
     */
    void unpack(Path file, Path folder, Watcher watcher) throws IOException, Upgrade.Failed {
        Set<Path> made = new LinkedHashSet<>();
        try (JarFile jar = new JarFile(file.toFile(), true)) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                if (!entry.isDirectory() && NAME.matcher(entry.getName()).matches()) {
                    watcher.next();
                    Path to = folder.resolve(entry.getName().substring(PROGRAM.length()));
                    make(to.getParent(), folder, made);
                    write(jar, entry, to);
                }
            }
        } catch (SecurityException e) {
            throw new IOException("the image changed while it was unpacked: " + e.getMessage(), e);
        }
        for (Path one : made) {
            sync(one);
        }
    }

    private static void make(Path folder, Path above, Set<Path> made) throws IOException {
        if (!made.contains(folder)) {
            if (!folder.equals(above)) {
                make(folder.getParent(), above, made);
            }
            PrivateFiles.folder(folder);
            made.add(folder);
        }
    }

    private static void write(JarFile jar, JarEntry entry, Path to) throws IOException {
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        boolean command = entry.getName().startsWith(PROGRAM + "bin/");
        try (InputStream content = jar.getInputStream(entry);
                FileChannel channel = FileChannel.open(to, options, command ? COMMAND : PLAIN)) {
            content.transferTo(Channels.newOutputStream(channel));
            channel.force(true);
        }
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
