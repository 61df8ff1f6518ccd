package org.ferrule.dedup.internal;

/**
 * A trust domain within a session: nothing of one is found, or referred to, in another.
 *
 * @param name as it was agreed
 * @param key secret; what is looked for in memory is marked with it
 * @param hookKey secret; what is looked for on disk is marked with it
 */
record Domain(String name, long key, long hookKey) {
    /** That of a log of which nothing came. */
    static final Domain NONE = new Domain("", 0, 0);
}
