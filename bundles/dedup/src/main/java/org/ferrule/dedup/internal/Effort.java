package org.ferrule.dedup.internal;

/**
 * How closely one direction of a flow is looked at for chunks: all of it at first, and as long as something repeats; where
 * nothing has for {@link #PATIENCE} bytes, one piece in {@link #SHARE}. Matches are extended byte by byte over what was not
 * looked at, so that little is missed when such data comes again, and little work is done if it never does.
 */
final class Effort {
    private static final int PATIENCE = 4 << 20;
    private static final int SHARE = 4;

    /** Long enough for some chunks. */
    private static final int LOG_PIECE = 14;

    private long fresh;

    /** Something repeats. */
    void repeats() {
        fresh = 0;
    }

    /** Whether the next bytes, which seem to be new, are looked at. */
    boolean looks(int length) {
        long piece = fresh >>> LOG_PIECE;
        fresh += length;
        return fresh <= PATIENCE || piece % SHARE == 0;
    }
}
