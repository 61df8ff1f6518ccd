package org.ferrule.lab;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Makes of a bundle what its next version could be. */
public final class NextVersion {
    private NextVersion() {}

    /** The same bundle under another version. */
    public static Path numbered(Path bundle, String version, Path to) throws IOException {
        try (JarFile original = new JarFile(bundle.toFile())) {
            Manifest manifest = new Manifest(original.getManifest());
            manifest.getMainAttributes().putValue("Bundle-Version", version);
            return copy(original, manifest, Map.of(), to);
        }
    }

    /**
     * A bundle of the distribution with another class.
     *
     * @param artifact the name of its folder under {@code bundles/}
     * @param type the name of the class
     * @param words what stands in the class's source, and what stands there in the next version
     */
    public static Path reworded(String artifact, String type, Map<String, String> words, Path to) throws IOException {
        String path = type.replace('.', '/');
        String source = Files.readString(
                Checkout.root().resolve("bundles").resolve(artifact).resolve("src/main/java/" + path + ".java"));
        for (Map.Entry<String, String> word : words.entrySet()) {
            if (!source.contains(word.getKey())) {
                throw new IllegalStateException(type + " does not say " + word.getKey());
            }
            source = source.replace(word.getKey(), word.getValue());
        }
        Path work = Files.createTempDirectory("next-version");
        try {
            compile(source, work, path);
            try (JarFile original =
                    new JarFile(ImageFile.ofDistribution(artifact).toFile())) {
                byte[] compiled = Files.readAllBytes(work.resolve(path + ".class"));
                return copy(original, original.getManifest(), Map.of(path + ".class", compiled), to);
            }
        } finally {
            Folders.delete(work);
        }
    }

    private static void compile(String source, Path work, String path) throws IOException {
        Path file = work.resolve(path + ".java");
        Files.createDirectories(file.getParent());
        Files.writeString(file, source);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        said,
                        said,
                        "-proc:none",
                        "--release",
                        "17",
                        "-cp",
                        modules(),
                        "-d",
                        work.toString(),
                        file.toString());
        if (failed != 0) {
            throw new IOException(file + " cannot be compiled: " + said);
        }
    }

    private static String modules() throws IOException {
        try (Stream<Path> files = Files.walk(Checkout.distribution().resolve("system/org/ferrule"))) {
            return files.map(Path::toString)
                    .filter(name -> name.endsWith(".jar"))
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }

    private static Path copy(JarFile original, Manifest manifest, Map<String, byte[]> others, Path to)
            throws IOException {
        try (OutputStream file = Files.newOutputStream(to);
                JarOutputStream copy = new JarOutputStream(file, manifest)) {
            for (JarEntry entry : original.stream().toList()) {
                if (!entry.getName().equals(JarFile.MANIFEST_NAME) && !entry.isDirectory()) {
                    copy.putNextEntry(new JarEntry(entry.getName()));
                    byte[] other = others.get(entry.getName());
                    copy.write(
                            other != null
                                    ? other
                                    : original.getInputStream(entry).readAllBytes());
                }
            }
        }
        return to;
    }
}
