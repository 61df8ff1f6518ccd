package org.ferrule.lab.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Tmsh;

/**
 * The disk of an appliance's home is full. All traffic goes on; it can be administered; what cannot be saved is said, and
 * what was saved before is as it was.
 *
 * @param rooms whose size can be changed
 */
record FullDisk(Rooms rooms) implements Fault {
    @Override
    public String name() {
        return "disk-full";
    }

    @Override
    public Optional<String> impossible() {
        return rooms.given() ? Optional.empty() : Optional.of("it needs root, and a mount namespace (unshare)");
    }

    @Override
    public String strike(Grounds grounds, Appliance at, Random random) throws IOException {
        Path saved = at.home().resolve("config/ferrule.conf");
        byte[] before = Files.readAllBytes(saved);
        rooms.fill(at);
        try {
            Grounds.shows(at, "show sys health", "disk of the appliance's home");
            try (Tmsh tmsh = at.ssh()) {
                tmsh.must("modify sys health description \"" + random.nextInt() + "\"");
                // The dictionary has given back what it had become too large for.
                rooms.fillUp(at);
                Tmsh.Result result = tmsh.run("save sys config");
                if (result.exit() == 0 || !result.err().contains("No space left on device")) {
                    throw new Broken(
                            "saving to a full disk ended with " + result.exit() + ": " + result.out() + result.err());
                }
            }
            grounds.roads().serve(Road.values());
            grounds.roads().untouched(Road.values());
            if (!Arrays.equals(before, Files.readAllBytes(saved))) {
                throw new Broken("the saved configuration is not what it was");
            }
        } finally {
            rooms.clear(at);
        }
        try (Tmsh tmsh = at.ssh()) {
            tmsh.must("save sys config");
        }
        return "the disk of " + at.name() + " was full";
    }
}
