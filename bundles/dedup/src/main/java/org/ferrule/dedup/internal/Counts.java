package org.ferrule.dedup.internal;

import java.util.concurrent.atomic.LongAdder;

/** What was counted of the dictionary that is kept with one device; event loops count without a lock. */
final class Counts {
    /** Bytes of flows that were sent, those that were known, in how many ranges, and those that were new. */
    final LongAdder rawOut = new LongAdder();

    final LongAdder hitBytesOut = new LongAdder();
    final LongAdder hitsOut = new LongAdder();
    final LongAdder missesOut = new LongAdder();
    final LongAdder missBytesOut = new LongAdder();
    /** The same of what was received. */
    final LongAdder rawIn = new LongAdder();

    final LongAdder hitBytesIn = new LongAdder();
    final LongAdder hitsIn = new LongAdder();
    final LongAdder missBytesIn = new LongAdder();

    /** Bytes that found no room, segments that were freed, and blocks that were not what was sent. */
    final LongAdder unstored = new LongAdder();

    final LongAdder freed = new LongAdder();
    final LongAdder resent = new LongAdder();
    final LongAdder mismatches = new LongAdder();

    /** Segments written to disk, read from it, not written since it was too slow or failed, and not readable any more. */
    final LongAdder diskWrites = new LongAdder();

    final LongAdder diskReads = new LongAdder();
    final LongAdder unwritten = new LongAdder();
    final LongAdder diskFailures = new LongAdder();
    final LongAdder diskLost = new LongAdder();

    /** Segments brought back for a chunk, ahead of their use, and so many of these that were used; what the peer lacked. */
    final LongAdder diskHits = new LongAdder();

    final LongAdder prefetched = new LongAdder();
    final LongAdder prefetchHits = new LongAdder();
    final LongAdder recallsLost = new LongAdder();
}
