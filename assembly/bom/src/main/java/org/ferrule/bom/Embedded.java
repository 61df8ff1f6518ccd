package org.ferrule.bom;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tells which libraries our own bundles have embedded: by comparing their files with those of the libraries that they are
 * known to be taken from.
 */
final class Embedded {
    private static final String OURS = "org/ferrule/";

    private final Path repository;
    private final Map<Coordinates, Jar> libraries = new LinkedHashMap<>();
    private final Map<String, Map<Long, Coordinates>> files = new LinkedHashMap<>();

    /** @param repository Maven's, on this machine */
    Embedded(Path repository) {
        this.repository = repository.toAbsolutePath();
    }

    /** A library that something may be taken from; what is not from the repository is none. */
    Embedded library(Path jar) throws IOException {
        Path absolute = jar.toAbsolutePath();
        if (absolute.startsWith(repository) && jar.toString().endsWith(".jar")) {
            Path path = repository.relativize(absolute);
            int names = path.getNameCount();
            Coordinates coordinates = Distribution.coordinates(path.subpath(0, names - 1));
            libraries.put(coordinates, new Jar(jar));
            new Jar(jar).checksums().forEach((name, sum) -> files.computeIfAbsent(name, n -> new LinkedHashMap<>())
                    .putIfAbsent(sum, coordinates));
        }
        return this;
    }

    /**
     * The libraries that a bundle of ours has embedded.
     *
     * @throws IOException also if it has a file that is of none of the libraries
     */
    Map<Coordinates, Jar> in(Jar bundle) throws IOException {
        Map<Coordinates, Jar> found = new TreeMap<>();
        for (Map.Entry<String, Long> file : bundle.checksums().entrySet()) {
            String name = file.getKey();
            if (name.startsWith(OURS)
                    || name.startsWith("META-INF/")
                    || name.startsWith("OSGI-INF/")
                    || name.equals("bnd.bnd")) {
                continue;
            }
            Coordinates library = files.getOrDefault(name, Map.of()).get(file.getValue());
            if (library == null) {
                throw new IOException(bundle.file().getFileName() + " has " + name
                        + ", which is of no library that is known: add that to bom/pom.xml");
            }
            found.put(library, libraries.get(library));
        }
        return found;
    }
}
