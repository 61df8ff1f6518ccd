package org.ferrule.codec;

import org.osgi.annotation.versioning.ConsumerType;

/** A way to compress. Any thread may make contexts; a context is used by one thread at a time. */
@ConsumerType
public interface Codec {
    /** Its name in configuration and negotiation, in lower case: {@code deflate}. */
    String name();

    /** One line of help. */
    String help();

    /** The lowest level. */
    int minLevel();

    /** The highest level: smallest output, most work. */
    int maxLevel();

    /** A new encoder without history. */
    Encoder encoder(int level);

    /** A new decoder without history. */
    Decoder decoder();
}
