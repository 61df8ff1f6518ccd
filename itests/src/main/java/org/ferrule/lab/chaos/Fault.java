package org.ferrule.lab.chaos;

import java.io.IOException;
import java.util.Optional;
import java.util.Random;
import org.ferrule.lab.Appliance;

/** Something that goes wrong: what it does, what must go on meanwhile, and what must be said of it. */
interface Fault {
    /** What {@code --only} calls it. */
    String name();

    /** Why it cannot be tried on this machine; empty if it can. */
    default Optional<String> impossible() {
        return Optional.empty();
    }

    /**
     * Harms an appliance, or what is around it; checks what goes on and what is said, and takes back what in life would be
     * taken back from outside: the WAN is plugged in again, the disk has room again, systemd starts what ended. That both
     * appliances are whole again after that is checked by the caller.
     *
     * @param at the one that is hit, where it is one
     * @return what was done, for people
     * @throws Broken if something was not as it must be
     */
    String strike(Grounds grounds, Appliance at, Random random) throws IOException;
}
