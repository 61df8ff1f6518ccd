package org.ferrule.bom;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** What a jar says of itself. */
record Jar(Path file) {
    private static final String MAVEN = "META-INF/maven/";

    /** The libraries whose Maven descriptions are in it: its own, and those that it was put together from. */
    List<Coordinates> described() throws IOException {
        List<Coordinates> described = new ArrayList<>();
        try (JarFile jar = new JarFile(file.toFile())) {
            for (ZipEntry entry : entries(jar)) {
                if (entry.getName().startsWith(MAVEN) && entry.getName().endsWith("/pom.properties")) {
                    Properties properties = new Properties();
                    try (InputStream in = jar.getInputStream(entry)) {
                        properties.load(in);
                    }
                    described.add(new Coordinates(
                            properties.getProperty("groupId"),
                            properties.getProperty("artifactId"),
                            properties.getProperty("version")));
                }
            }
        }
        return described;
    }

    private static List<ZipEntry> entries(JarFile jar) {
        return jar.stream().map(ZipEntry.class::cast).toList();
    }

    /** The description of a library that is in it, as Maven writes it. */
    Optional<byte[]> pom(Coordinates of) throws IOException {
        try (JarFile jar = new JarFile(file.toFile())) {
            ZipEntry entry = jar.getEntry(MAVEN + of.group() + "/" + of.name() + "/pom.xml");
            if (entry == null) {
                return Optional.empty();
            }
            try (InputStream in = jar.getInputStream(entry)) {
                return Optional.of(in.readAllBytes());
            }
        }
    }

    /** The licence that its manifest names. */
    Optional<String> licence() throws IOException {
        try (JarFile jar = new JarFile(file.toFile())) {
            Manifest manifest = jar.getManifest();
            return Optional.ofNullable(manifest)
                    .map(m -> m.getMainAttributes().getValue("Bundle-License"))
                    .filter(text -> !text.isBlank());
        }
    }

    /** The checksum of each of its files. */
    Map<String, Long> checksums() throws IOException {
        Map<String, Long> checksums = new LinkedHashMap<>();
        try (JarFile jar = new JarFile(file.toFile())) {
            for (ZipEntry entry : entries(jar)) {
                if (!entry.isDirectory()) {
                    checksums.put(entry.getName(), entry.getCrc());
                }
            }
        }
        return checksums;
    }

    /** Its digest in hexadecimal. */
    String digest(String algorithm) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new UncheckedIOException(new IOException(algorithm + " is not to be had from this JVM", e));
        }
    }
}
