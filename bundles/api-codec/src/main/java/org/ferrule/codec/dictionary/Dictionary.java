package org.ferrule.codec.dictionary;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.osgi.annotation.versioning.ProviderType;

/** What this end keeps with one device. Any thread. */
@ProviderType
public interface Dictionary {
    /** What tells this dictionary from those before it: a short text without blanks, another one after each start. */
    String epoch();

    /** Why it cannot be used now; empty if it can. */
    default String obstacle() {
        return "";
    }

    /**
     * A fibre will carry what refers to the dictionary. On the fibre's loop.
     *
     * @param peerEpoch the epoch of the other end: the two together name what both ends have
     * @param link the fibre
     */
    FibreDictionary join(String peerEpoch, Link link);

    /** What a dictionary needs of a fibre. */
    interface Link {
        /** Runs tasks on the fibre's loop. */
        Executor loop();

        /**
         * Sends a message; the peer's dictionary gets it in order with blocks. On the loop.
         *
         * @return whether it was sent: not if the fibre encodes with another dictionary by now
         */
        boolean send(ByteBuffer message);

        /** Sends the blocks that encoders have begun, before anything else is sent. On the loop. */
        void flush();
    }
}
