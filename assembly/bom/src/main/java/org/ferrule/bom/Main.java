package org.ferrule.bom;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.cyclonedx.exception.GeneratorException;

/** Writes the bill of materials of a distribution into it. */
public final class Main {
    private Main() {}

    /** @param args the distribution's folder, Maven's repository, the distribution's version and its time */
    public static void main(String[] args) throws IOException, GeneratorException {
        Path folder = Path.of(args[0]);
        Path repository = Path.of(args[1]);
        Embedded embedded = new Embedded(repository);
        for (String jar : System.getProperty("java.class.path").split(File.pathSeparator)) {
            embedded.library(Path.of(jar));
        }
        List<Part> parts = new Distribution(folder, new Licences(repository), embedded).parts();
        Bill bill = new Bill(args[2], Instant.parse(args[3]), parts);
        Files.writeString(folder.resolve("sbom.cdx.json"), bill.json());
        Files.writeString(folder.resolve("LICENSES.txt"), bill.licences());
    }
}
