package org.ferrule.virtual.internal;

import java.util.concurrent.atomic.LongAdder;

/** What was seen of the connections of an http profile; event loops count without a lock. */
final class HttpCounters {
    final LongAdder requests = new LongAdder();
    final LongAdder changed = new LongAdder();

    /** Connections of which the rest passed without being looked at: no HTTP, not certain enough, or switched. */
    final LongAdder unseen = new LongAdder();
}
