package org.ferrule.dedup.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What one direction of one fibre has added to the dictionary for one trust domain, byte after byte: the same at both ends.
 * Written by the fibre's loop; any loop reads.
 */
final class Log {
    private final int number;
    private final boolean ours;
    private final boolean recalls;
    private final Domain domain;
    private volatile FibreMember writer;
    private final Map<Integer, Segment> segments = new ConcurrentHashMap<>();
    private volatile Segment last;
    private long end;
    private volatile long acknowledged;
    private volatile boolean closed;
    private volatile int highest = -1;

    /** What the peer was last told to be stored, of a log that it writes. */
    private long told;

    /**
     * @param ours whether this end writes it
     * @param recalls whether it consists of what was brought back from disk, and of nothing new
     * @param writer the fibre that it belongs to
     */
    Log(int number, boolean ours, boolean recalls, Domain domain, FibreMember writer) {
        this.number = number;
        this.ours = ours;
        this.recalls = recalls;
        this.domain = domain;
        this.writer = writer;
    }

    int number() {
        return number;
    }

    boolean ours() {
        return ours;
    }

    /** Whether its segments were brought back from disk. */
    boolean recalls() {
        return recalls;
    }

    Domain domain() {
        return domain;
    }

    /** The fibre that it belongs to; null: that is over. */
    FibreMember writer() {
        return writer;
    }

    /** Where the next byte goes. On the writer's loop. */
    long end() {
        return end;
    }

    /** The segment that has a place for the next byte; null if a new one must be begun. On the writer's loop. */
    Segment open() {
        return last == null || last.full() ? null : last;
    }

    void begin(Segment segment) {
        last = segment;
        segments.put(segment.index(), segment);
        highest = segment.index();
    }

    /** The place of the segment that would be begun next. */
    int nextIndex() {
        return (int) (end >>> Segment.LOG_SIZE);
    }

    void appended(int length) {
        end += length;
    }

    /** What comes next begins a segment, whatever place the last one has left. */
    void endSegment() {
        end = (long) (highest + 1) << Segment.LOG_SIZE;
    }

    /** The segment with this index; null if it is not there any more, or not yet. */
    Segment segment(int index) {
        return segments.get(index);
    }

    void remove(Segment segment) {
        segments.remove(segment.index(), segment);
    }

    Iterable<Segment> segments() {
        return segments.values();
    }

    /** The last segment that was begun; -1: none was. */
    int highest() {
        return highest;
    }

    /** Up to where the other end has stored a log that this end writes. */
    long acknowledged() {
        return acknowledged;
    }

    void acknowledge(long position) {
        acknowledged = position;
    }

    long told() {
        return told;
    }

    void tell() {
        told = end;
    }

    /** Nothing is added any more: the fibre is over, and must not be kept for as long as what it has added. */
    void close() {
        closed = true;
        writer = null;
    }

    /** Whether it is over and nothing of it is left. */
    boolean gone() {
        return closed && segments.isEmpty();
    }

    /** The same, of a log of the peer, for which it had begun so many segments. */
    void cutOff(int begun) {
        closed = true;
        highest = begun - 1;
    }

    boolean closed() {
        return closed;
    }

    /** Whether the segment may be freed: nothing is added to it. */
    boolean complete(Segment segment) {
        return closed || (recalls ? segment.shared() : segment.full());
    }

    /** Up to where a fibre may refer to it: to its own at once, to those of others where the peer has stored it. */
    long referable(FibreMember by) {
        return !ours || recalls || writer == by ? Long.MAX_VALUE : acknowledged;
    }
}
