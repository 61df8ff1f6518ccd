package org.ferrule.lab.chaos;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Folders;
import org.ferrule.lab.ImageFile;
import org.ferrule.lab.NextVersion;
import org.ferrule.lab.SoftwareSteps;

/**
 * An image that was installed is damaged, and the cache is gone: what it brought cannot come again. The distribution's
 * version does the work instead, and the appliance says why.
 */
final class DamagedImage implements Fault {
    private static final String MODULE = "org.ferrule.pool";

    @Override
    public String name() {
        return "image";
    }

    @Override
    public String strike(Grounds grounds, Appliance any, Random random) throws IOException {
        Appliance branch = grounds.branch();
        install(grounds);
        branch.stop();
        Folders.delete(branch.home().resolve("data/cache"));
        try (Stream<Path> images = Files.list(branch.home().resolve("software/images"))) {
            for (Path image : images.toList()) {
                damage(image, random);
            }
        }
        Said log = Said.since(branch);
        grounds.start(branch);
        log.awaits("The image chaos cannot be used: it is damaged.*");
        Grounds.shows(branch, "show sys software", "The image chaos cannot be used: it is damaged.*");
        grounds.roads().serve(Road.BRANCH);
        if (grounds.modules(branch).containsKey(MODULE + " 2.0.0")) {
            throw new Broken("a damaged image was used");
        }
        install(grounds);
        grounds.remember(branch);
        return "the image that " + MODULE + " 2.0.0 came from was damaged, and the cache cleared";
    }

    private static void damage(Path image, Random random) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.seek(random.nextInt((int) file.length() - 8));
            file.writeLong(~random.nextLong());
        }
    }

    /** Installs it as a person does, again where it was damaged, unless it runs. */
    private static void install(Grounds grounds) throws IOException {
        if (grounds.modules(grounds.branch()).containsKey(MODULE + " 2.0.0")) {
            return;
        }
        Path uploads = Files.createDirectories(grounds.branch().home().resolve("uploads/admin"));
        Path image = uploads.resolve("chaos.kar");
        if (Files.notExists(image)) {
            Path jar =
                    NextVersion.numbered(ImageFile.ofDistribution("pool"), "2.0.0", uploads.resolve("pool-2.0.0.jar"));
            ImageFile.make(List.of(jar), "2.0.0", grounds.signer(), image);
            Files.delete(jar);
        }
        SoftwareSteps software = new SoftwareSteps(grounds.branch());
        software.awaitIdle();
        JsonObject job = software.awaitOver(software.begin("install sys software image chaos"));
        if (!job.get("state").getAsString().equals("done")) {
            throw new Broken("the image is not installed: " + job);
        }
    }
}
