package org.ferrule.software.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.time.Instant;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Reads archives that anybody may have made: with limits, without believing what they say of themselves, and with the
 * signatures checked that JAR signing put on them.
 *
 * @param manifest the archive's own
 * @param content the bytes of each file but the signatures' own, by name
 * @param signer the trusted signer of every one of them, if there is one
 */
record Archive(Manifest manifest, Map<String, byte[]> content, Optional<String> signer) {
    /** How large an archive may be, and how large what is in it. */
    static final int MAX_BYTES = 64 << 20;

    private static final int MAX_ENTRIES = 20_000;
    private static final int MAX_META_BYTES = 8 << 20;
    private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)|META-INF/SIG-[^/]+");

    /**
     * Reads the archive.
     *
     * @throws Unacceptable if it is damaged, too large, has names that lead out of a folder, or a signature that does not
     *     fit what is in it
     */
    static Archive read(Path file, TrustedSigners trusted, Instant now) throws Unacceptable {
        return open(file, jar -> read(jar, trusted, now));
    }

    /** What is made of an archive that is open. */
    @FunctionalInterface
    interface Reading<T> {
        T of(JarFile jar) throws IOException, Unacceptable;
    }

    /**
     * Opens the archive once its names and its META-INF were found fit to be looked at.
     *
     * @throws Unacceptable as {@link #read} does
     */
    static <T> T open(Path file, Reading<T> reading) throws Unacceptable {
        try {
            boundMeta(file);
            try (JarFile jar = new JarFile(file.toFile(), true)) {
                return reading.of(jar);
            }
        } catch (SecurityException e) {
            throw new Unacceptable("its signature does not fit what is in it: " + e.getMessage(), e);
        } catch (IOException | IllegalArgumentException e) {
            throw new Unacceptable("it is damaged, or no archive: " + e.getMessage(), e);
        }
    }

    private static Archive read(JarFile jar, TrustedSigners trusted, Instant now) throws IOException, Unacceptable {
        Map<String, byte[]> content = new LinkedHashMap<>();
        int[] left = {MAX_BYTES};
        Optional<String> signer = walk(jar, trusted, now, (entry, in) -> {
            byte[] bytes = bounded(in, entry, left[0]);
            left[0] -= bytes.length;
            content.put(entry.getName(), bytes);
        });
        return new Archive(manifest(jar), content, signer);
    }

    static Manifest manifest(JarFile jar) throws IOException, Unacceptable {
        Manifest manifest = jar.getManifest();
        if (manifest == null) {
            throw new Unacceptable("it has no META-INF/MANIFEST.MF");
        }
        return manifest;
    }

    /** Takes a file of an archive, and reads it to its end: before that nobody has signed it. */
    @FunctionalInterface
    interface Taker {
        void take(JarEntry entry, InputStream content) throws IOException, Unacceptable;
    }

    /** Hands over every file but the signatures' own; gives the trusted signer of all of them, if there is one. */
    static Optional<String> walk(JarFile jar, TrustedSigners trusted, Instant now, Taker taker)
            throws IOException, Unacceptable {
        Set<String> signers = null;
        Enumeration<JarEntry> entries = jar.entries();
        while (entries.hasMoreElements()) {
            JarEntry entry = entries.nextElement();
            if (entry.isDirectory() || isMeta(entry.getName())) {
                continue;
            }
            try (InputStream in = jar.getInputStream(entry)) {
                taker.take(entry, in);
            }
            Set<String> here = signersOf(entry, trusted, now);
            if (signers == null) {
                signers = here;
            } else {
                signers.retainAll(here);
            }
        }
        return signers == null ? Optional.empty() : signers.stream().findFirst();
    }

    /** The signatures can be had only after the entry was read to its end. */
    private static Set<String> signersOf(JarEntry entry, TrustedSigners trusted, Instant now) {
        Set<String> names = new TreeSet<>();
        CodeSigner[] signers = entry.getCodeSigners();
        if (signers != null) {
            for (CodeSigner signer : signers) {
                trusted.nameOf(signer, now).ifPresent(names::add);
            }
        }
        return names;
    }

    private static boolean isMeta(String name) {
        return name.equals(JarFile.MANIFEST_NAME) || SIGNATURE.matcher(name).matches();
    }

    /** The JDK reads manifest and signatures whole before it checks anything. */
    private static void boundMeta(Path file) throws IOException, Unacceptable {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            if (zip.size() > MAX_ENTRIES) {
                throw new Unacceptable("it has more than " + MAX_ENTRIES + " entries");
            }
            Set<String> names = new HashSet<>();
            int left = MAX_META_BYTES;
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                checkName(entry.getName());
                if (!names.add(entry.getName())) {
                    throw new Unacceptable("it has two entries called " + entry.getName());
                }
                if (entry.getName().toUpperCase(java.util.Locale.ROOT).startsWith("META-INF/")
                        && !entry.isDirectory()) {
                    try (InputStream in = zip.getInputStream(entry)) {
                        left -= bounded(in, entry, left).length;
                    }
                }
            }
        }
    }

    private static void checkName(String name) throws Unacceptable {
        boolean leadsOut = name.isEmpty()
                || name.startsWith("/")
                || name.indexOf('\\') >= 0
                || name.indexOf('\0') >= 0
                || List.of(name.split("/", -1)).contains("..");
        if (leadsOut) {
            throw new Unacceptable("it has an entry whose name leads out of a folder: " + name);
        }
    }

    private static byte[] bounded(InputStream in, ZipEntry entry, int most) throws IOException, Unacceptable {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[1 << 16];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            if (n > most - bytes.size()) {
                throw new Unacceptable("what is in it is too large: " + entry.getName() + " goes beyond "
                        + (MAX_BYTES >> 20) + " MB (" + (MAX_META_BYTES >> 20) + " MB in META-INF)");
            }
            bytes.write(buffer, 0, n);
        }
        return bytes.toByteArray();
    }
}
