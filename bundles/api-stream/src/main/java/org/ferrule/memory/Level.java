package org.ferrule.memory;

/** How much is left of an area. The order is from more to less. */
public enum Level {
    /** Nobody need do without. */
    AMPLE,

    /** Half is in use: whoever can do with less, does, so that all find some. */
    SHORT,

    /** An eighth is left: it is for those that are there. Nothing new is taken in. */
    SCARCE;

    /** That of which less is left. */
    public Level or(Level other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
