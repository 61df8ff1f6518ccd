package org.ferrule.lab.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Tmsh;

/**
 * The saved configuration is damaged while the appliance is off. It runs with the newest one before it that is whole, and
 * says so.
 */
final class DamagedConfiguration implements Fault {
    @Override
    public String name() {
        return "configuration";
    }

    @Override
    public String strike(Grounds grounds, Appliance at, Random random) throws IOException {
        try (Tmsh tmsh = at.ssh()) {
            tmsh.must("modify sys health description \"" + random.nextInt() + "\"");
            tmsh.must("save sys config");
        }
        if (random.nextBoolean()) {
            at.stop();
        } else {
            at.kill();
        }
        Said log = Said.since(at);
        String how = damage(at.home().resolve("config/ferrule.conf"), random);
        grounds.start(at);
        log.awaits("The saved configuration .*; the appliance runs with .*ferrule.conf.1");
        Grounds.shows(at, "show sys health", "what runs is not what was saved");
        grounds.roads().serve(grounds.own(at));
        try (Tmsh tmsh = at.ssh()) {
            tmsh.must("save sys config");
        }
        return "the saved configuration of " + at.name() + " was " + how;
    }

    private static String damage(Path file, Random random) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        // The last line feed may go without harm.
        int from = random.nextInt(bytes.length - 2);
        int to = Math.min(bytes.length, from + 1 + random.nextInt(4096));
        return switch (random.nextInt(5)) {
            case 0 -> {
                Files.write(file, new byte[0]);
                yield "emptied";
            }
            case 1 -> {
                Files.write(file, Arrays.copyOf(bytes, from));
                yield "cut short";
            }
            case 2 -> {
                Arrays.fill(bytes, from, to, (byte) 0);
                Files.write(file, bytes);
                yield "overwritten with zeros from " + from + " to " + to;
            }
            case 3 -> {
                for (int i = from; i < to; i++) {
                    bytes[i] = (byte) (0x80 | random.nextInt(0x40));
                }
                Files.write(file, bytes);
                yield "overwritten with noise from " + from + " to " + to;
            }
            default -> {
                Files.delete(file);
                yield "deleted";
            }
        };
    }
}
