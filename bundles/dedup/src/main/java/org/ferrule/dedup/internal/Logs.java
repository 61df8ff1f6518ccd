package org.ferrule.dedup.internal;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.ferrule.codec.CodecException;

/** The logs of a session by their numbers, of both ends. Any thread. */
final class Logs {
    private final Map<Long, Log> all = new ConcurrentHashMap<>();
    private final AtomicInteger last = new AtomicInteger();

    private static long key(int number, boolean ours) {
        return (long) number << 1 | (ours ? 1 : 0);
    }

    /**
     * A new log of this end.
     *
     * @param recalls whether it consists of what was brought back from disk
     */
    Log begin(Domain domain, FibreMember writer, boolean recalls) {
        Log log = new Log(last.incrementAndGet(), true, recalls, domain, writer);
        all.put(key(log.number(), true), log);
        return log;
    }

    /** A new log of the peer. */
    Log begin(int number, Domain domain, FibreMember writer, boolean recalls) throws CodecException {
        Log log = new Log(number, false, recalls, domain, writer);
        if (all.putIfAbsent(key(number, false), log) != null) {
            throw new CodecException("log " + number + " is another fibre's");
        }
        return log;
    }

    /** A log that was begun. */
    Log get(int number, boolean ours) throws CodecException {
        Log log = all.get(key(number, ours));
        if (log == null) {
            throw new CodecException("there is no log " + number);
        }
        return log;
    }

    /** A log of the peer that is over, whether anything of it came or not. */
    Log over(int number) {
        return all.computeIfAbsent(key(number, false), k -> new Log(number, false, false, Domain.NONE, null));
    }

    /** A segment that is here; null if it is not. */
    Segment find(int number, boolean ours, int index) {
        Log log = all.get(key(number, ours));
        return log == null ? null : log.segment(index);
    }

    /** Forgets a log of this end of which nothing is left. Those of the peer stay: it may say again that they are over. */
    void tidy(Log log) {
        if (log.ours() && log.gone()) {
            all.remove(key(log.number(), true), log);
        }
    }

    Collection<Log> all() {
        return all.values();
    }
}
