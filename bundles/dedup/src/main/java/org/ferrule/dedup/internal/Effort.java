package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import org.ferrule.codec.Noise;

/**
 * How closely one direction of a flow is looked at for chunks: all of it, but for what looks like noise where nothing has
 * repeated for {@link #PATIENCE} bytes; of that, one piece in {@link #SHARE}. Such data, if it ever comes again, does as a
 * whole, and matches are extended byte by byte over what was not looked at. Of other data small parts come again: with less
 * than all of its chunks a dump of a database of which each tenth row had changed cost ten times as much.
 */
final class Effort {
    private static final int PATIENCE = 64 << 20;
    private static final int SHARE = 4;

    /** Long enough for some chunks. */
    private static final int LOG_PIECE = 14;

    private long fresh;

    /** Something repeats. */
    void repeats() {
        fresh = 0;
    }

    /** Whether the next bytes, which seem to be new, are looked at; {@code from} is where they begin in the buffer. */
    boolean looks(ByteBuffer bytes, int from, int length) {
        long piece = fresh >>> LOG_PIECE;
        fresh += length;
        return fresh <= PATIENCE
                || piece % SHARE == 0
                || length < Noise.SAMPLE
                || !Noise.resembles(bytes, from, length);
    }
}
