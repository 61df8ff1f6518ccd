package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import java.util.Map;

/**
 * What a peer says of itself in HELLO. It informs; what follows from it must not need to be true.
 *
 * @param device its host name; may be empty
 * @param histories how many histories of flows it keeps for the fibre
 */
record Greeting(String device, int histories) {
    /** Before it came. */
    static final Greeting NONE = of(Map.of());

    static final String DEVICE = "device";
    static final String PROGRAM = "program";

    static Greeting of(ByteBuffer payload) throws ProtocolError {
        Frames.readInt(payload);
        return of(Frames.readPairs(payload));
    }

    private static Greeting of(Map<String, String> pairs) {
        return new Greeting(pairs.getOrDefault(DEVICE, ""), Histories.read(pairs.get(Histories.PAIR)));
    }
}
