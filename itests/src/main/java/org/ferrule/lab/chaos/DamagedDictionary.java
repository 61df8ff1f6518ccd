package org.ferrule.lab.chaos;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.ferrule.lab.Appliance;

/**
 * The dictionary's files are damaged under a running appliance, or while it is off, so that it must read them. What stands
 * in them comes again and again meanwhile, and no byte of it is wrong.
 */
final class DamagedDictionary implements Fault {
    private static final int PAGE = 4096;

    @Override
    public String name() {
        return "dictionary";
    }

    @Override
    public String strike(Grounds grounds, Appliance at, Random random) throws IOException {
        boolean off = random.nextBoolean();
        if (off) {
            at.kill();
        }
        int damaged = 0;
        List<Path> files;
        try (Stream<Path> found = Files.walk(at.home().resolve("datastor"))) {
            files = found.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            // Without its key nothing else would be read.
            damaged += random.nextInt(3) > 0 && damage(file, random) ? 1 : 0;
        }
        if (off) {
            grounds.start(at);
        }
        grounds.awaitTunnel();
        grounds.repeat(8);
        return damaged + " of " + files.size() + " files of the dictionary of " + at.name() + " were damaged"
                + (off ? " while it was off" : "");
    }

    private static boolean damage(Path file, Random random) throws IOException {
        long size = file.toFile().length();
        if (size == 0 || file.getFileName().toString().contains("lock")) {
            return false;
        }
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            if (random.nextInt(4) == 0) {
                open.setLength((long) (size * random.nextDouble()));
                return true;
            }
            byte[] noise = new byte[PAGE];
            // Some of every megabyte: hardly anything of it is spared.
            for (long at = 0; at < size; at += 1 << 18) {
                open.seek(Math.min(size - 1, at + random.nextInt(1 << 18)));
                random.nextBytes(noise);
                open.write(noise, 0, (int) Math.min(noise.length, size - open.getFilePointer()));
            }
            return true;
        }
    }
}
