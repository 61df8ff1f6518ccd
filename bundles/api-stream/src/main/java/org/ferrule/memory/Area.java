package org.ferrule.memory;

/** Where memory is. */
public enum Area {
    /** The Java heap: {@code FERRULE_HEAP}. */
    HEAP,

    /** Buffers outside of it, which Java counts: {@code FERRULE_DIRECT}. */
    DIRECT,

    /** What libraries take of the system: nothing but the accounts' own sizes bounds it. */
    NATIVE
}
