package org.ferrule.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import jdk.security.jarsigner.JarSigner;

/** Makes signed KARs of bundles: what {@code install sys software image} takes. */
public final class ImageFile {
    private static final String FEATURES_HEADER = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + "<features name=\"%s\" xmlns=\"http://karaf.apache.org/xmlns/features/v1.6.0\">\n";
    private static final String FEATURE = """
              <feature name="%s" version="%s">
                <bundle start-level="60">mvn:%s/%s/%s</bundle>
              </feature>
            """;

    private ImageFile() {}

    /** A bundle as its manifest names it. */
    private record Named(Path file, String group, String artifact, String version) {
        static Named of(Path file) throws IOException {
            try (JarFile jar = new JarFile(file.toFile())) {
                Attributes main = jar.getManifest().getMainAttributes();
                String name = main.getValue("Bundle-SymbolicName");
                String version = main.getValue("Bundle-Version");
                if (name == null || version == null) {
                    throw new IOException(file + " is no OSGi bundle");
                }
                String symbolic = name.split(";")[0].strip();
                int dot = symbolic.lastIndexOf('.');
                return new Named(
                        file, dot < 0 ? symbolic : symbolic.substring(0, dot), symbolic.substring(dot + 1), version);
            }
        }

        String feature() {
            return group.equals("org.ferrule") ? "ferrule-" + artifact : group + "." + artifact;
        }

        String entry() {
            return "repository/" + group.replace('.', '/') + "/" + artifact + "/" + version + "/" + artifact + "-"
                    + version + ".jar";
        }
    }

    /** Makes an image of bundles and signs it. */
    public static Path make(List<Path> bundles, String version, SigningKey key, Path to) throws IOException {
        Path work = Files.createTempDirectory("image");
        try {
            sign(unsigned(bundles, version, work.resolve(to.getFileName())), key, to);
        } finally {
            Folders.delete(work);
        }
        return to;
    }

    /** Makes an image of bundles that nobody has signed. */
    public static Path unsigned(List<Path> bundles, String version, Path to) throws IOException {
        String name = to.getFileName().toString().replaceFirst("\\.kar$", "");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Karaf-Feature-Start", "false");
        manifest.getMainAttributes().putValue("Ferrule-Image-Version", version);
        StringBuilder features = new StringBuilder(FEATURES_HEADER.formatted(name));
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (Path bundle : bundles) {
            Named named = Named.of(bundle);
            features.append(FEATURE.formatted(
                    named.feature(), named.version(), named.group(), named.artifact(), named.version()));
            files.put(named.entry(), Files.readAllBytes(bundle));
        }
        features.append("</features>\n");
        files.put(
                "repository/" + name + "-" + version + "-features.xml",
                features.toString().getBytes(StandardCharsets.UTF_8));
        try (OutputStream file = Files.newOutputStream(to);
                JarOutputStream kar = new JarOutputStream(file, manifest)) {
            for (Map.Entry<String, byte[]> entry : files.entrySet()) {
                kar.putNextEntry(new JarEntry(entry.getKey()));
                kar.write(entry.getValue());
            }
        }
        return to;
    }

    /**
     * Makes an image of a whole distribution and signs it.
     *
     * @param changed files that are other than in the distribution, by their path in it
     */
    public static Path whole(Path distribution, Map<String, byte[]> changed, String version, SigningKey key, Path to)
            throws IOException {
        Map<String, byte[]> others = new LinkedHashMap<>(changed);
        others.put("version", ("product=Ferrule\nversion=" + version + "\n").getBytes(StandardCharsets.UTF_8));
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Ferrule-Image-Version", version);
        manifest.getMainAttributes().putValue("Ferrule-Whole-Image", "1");
        Path unsigned = Files.createTempFile("image", ".kar");
        try {
            try (OutputStream file = Files.newOutputStream(unsigned);
                    JarOutputStream kar = new JarOutputStream(file, manifest)) {
                for (String name : filesOf(distribution)) {
                    kar.putNextEntry(new JarEntry("program/" + name));
                    byte[] other = others.get(name);
                    kar.write(other != null ? other : Files.readAllBytes(distribution.resolve(name)));
                }
            }
            sign(unsigned, key, to);
        } finally {
            Files.delete(unsigned);
        }
        return to;
    }

    /** The files of a distribution that are its program. */
    private static List<String> filesOf(Path distribution) throws IOException {
        try (Stream<Path> files = Files.walk(distribution)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> distribution.relativize(file).toString())
                    .filter(name -> name.equals("version") || name.matches("(bin|etc|lib|system)/.*"))
                    .sorted()
                    .toList();
        }
    }

    /** Signs an archive as {@code jarsigner} does. */
    public static void sign(Path unsigned, SigningKey key, Path to) throws IOException {
        try (ZipFile in = new ZipFile(unsigned.toFile());
                OutputStream out = Files.newOutputStream(to)) {
            new JarSigner.Builder(
                            key.key(),
                            CertificateFactory.getInstance("X.509").generateCertPath(List.of(key.certificate())))
                    .signerName("SIGNER")
                    .build()
                    .sign(in, out);
        } catch (CertificateException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** A bundle of the distribution, by the name of its folder under {@code bundles/}. */
    public static Path ofDistribution(String artifact) throws IOException {
        Path folder = Checkout.distribution().resolve("system/org/ferrule").resolve(artifact);
        if (Files.isDirectory(folder)) {
            try (var files = Files.walk(folder)) {
                var jar = files.filter(file -> file.toString().endsWith(".jar")).findFirst();
                if (jar.isPresent()) {
                    return jar.get();
                }
            }
        }
        throw new IOException("the distribution has no bundle " + artifact);
    }
}
