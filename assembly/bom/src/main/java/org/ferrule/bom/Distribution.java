package org.ferrule.bom;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ferrule.bom.Part.Inside;

/** The jars of a distribution that was built: what they are, what is in them, under which licences. */
final class Distribution {
    private static final String OUR_GROUP = "org.ferrule";
    private static final String OUR_LICENCE = "Apache-2.0";

    private final Path folder;
    private final Licences licences;
    private final Embedded embedded;

    Distribution(Path folder, Licences licences, Embedded embedded) {
        this.folder = folder;
        this.licences = licences;
        this.embedded = embedded;
    }

    /**
     * All of them, in the order of their files.
     *
     * @throws IOException with a line for each that is not what it should be
     */
    List<Part> parts() throws IOException {
        List<Path> jars;
        try (Stream<Path> all = Files.walk(folder)) {
            jars = all.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
        List<Part> parts = new ArrayList<>();
        Set<String> problems = new LinkedHashSet<>();
        for (Path jar : jars) {
            try {
                parts.add(part(jar));
            } catch (IOException e) {
                problems.add(e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new IOException(String.join("\n", problems));
        }
        return parts;
    }

    private Part part(Path file) throws IOException {
        Jar jar = new Jar(file);
        Coordinates coordinates = coordinatesOf(jar);
        boolean ours = coordinates.group().equals(OUR_GROUP);
        Map<Coordinates, Jar> inside = ours ? embedded.in(jar) : described(jar, coordinates);
        List<Inside> libraries = new ArrayList<>();
        for (Map.Entry<Coordinates, Jar> library : inside.entrySet()) {
            libraries.add(new Inside(library.getKey(), licences.of(library.getKey(), library.getValue(), ours)));
        }
        return new Part(
                folder.relativize(file).toString(),
                coordinates,
                ours ? OUR_LICENCE : licences.of(coordinates, jar, true),
                jar.digest("SHA-256"),
                jar.digest("SHA-512"),
                libraries);
    }

    private static Map<Coordinates, Jar> described(Jar jar, Coordinates own) throws IOException {
        return jar.described().stream()
                .filter(other -> !other.equals(own))
                .collect(Collectors.toMap(other -> other, other -> jar, (a, b) -> a, TreeMap::new));
    }

    /** What is in {@code system/} lies there as in a repository of Maven's; what is in {@code lib/} has to say it. */
    private Coordinates coordinatesOf(Jar jar) throws IOException {
        Path path = folder.relativize(jar.file());
        if (path.startsWith("system")) {
            return coordinates(path.subpath(1, path.getNameCount() - 1));
        }
        String name = jar.file().getFileName().toString();
        return jar.described().stream()
                .filter(described -> name.equals(described.name() + "-" + described.version() + ".jar"))
                .findFirst()
                .orElseThrow(() -> new IOException(path + " does not say what it is"));
    }

    /** The coordinates of what is in a folder of a repository: {@code org/apache/felix/org.apache.felix.scr/2.2.6}. */
    static Coordinates coordinates(Path path) {
        int names = path.getNameCount();
        String group = IntStream.range(0, names - 2)
                .mapToObj(i -> path.getName(i).toString())
                .collect(Collectors.joining("."));
        return new Coordinates(
                group,
                path.getName(names - 2).toString(),
                path.getName(names - 1).toString());
    }
}
