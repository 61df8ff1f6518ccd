package org.ferrule.software.internal;

import java.io.IOException;
import java.util.Optional;

/**
 * One bundle that takes the place of another, or comes or goes alone.
 *
 * @param named what comes, or what goes if nothing comes
 * @param coming how the new one is brought; empty if nothing comes
 * @param takenBack whether the new one is taken away again if it does not do its work
 * @param old the one that goes, if one does
 */
record Replacement(String named, Optional<Coming> coming, boolean takenBack, Optional<Platform.Installed> old) {
    /** Brings the new bundle into the framework; it need not be started. */
    @FunctionalInterface
    interface Coming {
        long bring() throws IOException;
    }
}
