package org.ferrule.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Makes an OSGi bundle of a few classes of the tests, and hot-deploys it. */
public final class BundleJar {
    private final String name;
    private final List<Class<?>> classes;
    private final Manifest manifest = new Manifest();
    private final Map<String, String> texts = new LinkedHashMap<>();

    private BundleJar(String name, List<Class<?>> classes) {
        this.name = name;
        this.classes = classes;
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        header("Bundle-ManifestVersion", "2");
        header("Bundle-SymbolicName", name);
        header("Bundle-Version", "1.0.0");
    }

    public static BundleJar of(String symbolicName, Class<?>... classes) {
        return new BundleJar(symbolicName, List.of(classes));
    }

    public BundleJar header(String header, String value) {
        manifest.getMainAttributes().putValue(header, value);
        return this;
    }

    public BundleJar text(String entry, String text) {
        texts.put(entry, text);
        return this;
    }

    /** Puts it where the appliance finds it, and tells where: deleting that file takes it away again. */
    public Path deploy(Appliance appliance) throws IOException {
        Path half = write(appliance.home().resolve(name + ".jar"));
        // Moved, so that the deployer never sees half a file.
        Path whole = appliance.home().resolve("deploy").resolve(name + ".jar");
        return Files.move(half, whole, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Writes it to a file, and gives that. */
    public Path write(Path to) throws IOException {
        try (OutputStream file = Files.newOutputStream(to);
                JarOutputStream jar = new JarOutputStream(file, manifest)) {
            for (Class<?> type : classes) {
                String entry = type.getName().replace('.', '/') + ".class";
                try (InputStream code = type.getClassLoader().getResourceAsStream(entry)) {
                    jar.putNextEntry(new JarEntry(entry));
                    code.transferTo(jar);
                }
            }
            for (Map.Entry<String, String> text : texts.entrySet()) {
                jar.putNextEntry(new JarEntry(text.getKey()));
                jar.write(text.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return to;
    }
}
