package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import org.ferrule.codec.CodecException;

/**
 * What two ends share as long as neither of them starts anew: logs of both, over all fibres between them. Any thread; the
 * lock is for segments that begin or go, which is once in 256 KB, and for fibres.
 *
 * <p>Either end may free any segment. It first stops referring to it and tells that on every fibre; the other end stops,
 * too, and answers on every fibre, behind its last reference. Then the first frees it and says so, and the other frees it.
 */
final class Session {
    private final Store store;
    private final Gear gear;
    private final long checkKey;
    private final Allowance allowance;
    private final Recalls recalls;
    private final Counts counts;
    private final Logs logs = new Logs();
    private final Set<FibreMember> members = new HashSet<>();

    /** Those of this end that the other has not said to be done with. */
    private final Map<Long, Eviction> evictions = new HashMap<>();

    /** Those of the other end, until it says that they are done. */
    private final Map<Long, List<Message.Name>> theirs = new HashMap<>();

    /** Logs of this end whose fibre is over, until the peer knows. */
    private final Map<Integer, Log> cutOff = new HashMap<>();

    private long lastEviction;

    /** Segments that are here, the oldest first. */
    private final Set<Segment> byAge = new LinkedHashSet<>();

    private boolean closed;

    /** Whether one of the fibres that there are has told the peer which pairs this end has on disk. */
    private boolean toldWhatIsOnDisk;

    /**
     * @param checkKey the same at both ends
     * @param quota how many segments it may have now
     * @param place where its disk is
     */
    Session(Store store, Gear gear, long checkKey, IntSupplier quota, Recalls.Place place, Counts counts) {
        this.store = store;
        this.gear = gear;
        this.checkKey = checkKey;
        allowance = new Allowance(store, quota);
        recalls = new Recalls(this, place);
        this.counts = counts;
    }

    Store store() {
        return store;
    }

    Gear gear() {
        return gear;
    }

    long checkKey() {
        return checkKey;
    }

    Logs logs() {
        return logs;
    }

    /** What it has on disk. */
    Recalls recalls() {
        return recalls;
    }

    /** How many segments it may have now. */
    int quota() {
        return allowance.quota();
    }

    Counts counts() {
        return counts;
    }

    /** Segments that are here. Any thread. */
    synchronized int live() {
        return allowance.live();
    }

    // ---- fibres

    /** A fibre begins to join: the session is not abandoned. */
    synchronized void enter(FibreMember member) {
        members.add(member);
    }

    /** A fibre joins; gives what it must tell first. On its loop, which tells nothing else meanwhile. */
    synchronized List<ByteBuffer> join(FibreMember member) {
        grant();
        List<ByteBuffer> first = new ArrayList<>();
        for (Eviction eviction : evictions.values()) {
            // The peer may not have heard of it yet: the fibre on which it was told may have broken.
            first.add(Message.free(eviction.id(), eviction.segments()));
            if (eviction.done()) {
                first.add(Message.of(Message.FREED, eviction.id()));
            } else {
                eviction.await(member);
            }
        }
        cutOff.values().forEach(log -> first.add(closed(log)));
        // Once is enough: with a fibre for each flow this would be told, and looked up, for each connection.
        if (recalls.available() && !toldWhatIsOnDisk) {
            toldWhatIsOnDisk = true;
            first.add(Message.have(recalls.have()));
        }
        first.add(Message.of(Message.JOIN, allowance.granted()));
        return first;
    }

    synchronized void leave(FibreMember member) {
        members.remove(member);
        toldWhatIsOnDisk &= !members.isEmpty();
        for (Log log : logs.all()) {
            if (log.writer() == member) {
                recalls.ended(log);
                log.close();
                if (log.ours()) {
                    cutOff.put(log.number(), log);
                    members.forEach(other -> other.tell(() -> closed(log)));
                    logs.tidy(log);
                }
            }
        }
        for (Eviction eviction : List.copyOf(evictions.values())) {
            if (eviction.answered(member)) {
                free(eviction);
            }
        }
    }

    private static ByteBuffer closed(Log log) {
        return Message.of(Message.CLOSED, log.number(), log.highest() + 1);
    }

    /** The peer knows where a log of this end was cut off. */
    synchronized void closedAcknowledged(int number) {
        cutOff.remove(number);
    }

    /** The peer adds no more to a log, for which it has begun so many segments: those that did not come never will. */
    synchronized void closed(int number, int segments) throws CodecException {
        Log log = logs.over(number);
        int lost = segments - 1 - log.highest();
        if (lost < 0 || lost > allowance.open()) {
            throw new CodecException("the peer says it has begun " + segments + " segments of log " + number
                    + ", of which " + (log.highest() + 1) + " came");
        }
        log.cutOff(segments);
        allowance.lost(lost);
        grant();
        evict();
    }

    /** Fibres that have joined. */
    synchronized int fibres() {
        return members.size();
    }

    synchronized boolean abandoned() {
        return members.isEmpty();
    }

    /** Nobody will use it any more: gives back all that it has, but for what is held. */
    synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        recalls.finish();
        allowance.close();
        logs.all().forEach(log -> log.segments().forEach(segment -> {
            segment.die();
            if (segment.release()) {
                release(segment);
            }
        }));
    }

    /** Others came or went: there is more room, or less. */
    synchronized void balance() {
        grant();
        evict();
    }

    // ---- logs and segments

    /** What logs have that are not over goes to disk, too: this end stops. */
    synchronized void flush() {
        logs.all().stream().filter(log -> !log.closed()).forEach(recalls::ended);
    }

    /** Takes room for so many segments of this end, here and at the peer; gives whether there is. */
    synchronized boolean reserve(int segments) {
        boolean reserved = !closed && allowance.reserve(segments);
        evict();
        return reserved;
    }

    /** What was reserved is not begun, and the peer was not told of it. */
    synchronized void unreserve(int segments) {
        allowance.unreserve(segments);
    }

    /** The peer begins segments, which it must have been granted. */
    synchronized void expect(int segments) throws CodecException {
        allowance.expect(segments);
        grant();
        evict();
    }

    /** Begins the next segment of a log; there is room for it. */
    Segment begin(Log log) {
        Segment segment = store.begin(log);
        log.begin(segment);
        synchronized (this) {
            byAge.add(segment);
        }
        return segment;
    }

    /** Gives up a claim on a segment; the last one that does frees its slot. */
    void release(Segment segment) {
        if (segment.unpin()) {
            segment.log().remove(segment);
            logs.tidy(segment.log());
            store.end(segment);
        }
    }

    /** Lets the peer begin more, if that is due. */
    private void grant() {
        if (!closed && allowance.grant()) {
            long total = allowance.granted();
            members.forEach(member -> member.tell(() -> Message.of(Message.GRANT, total)));
        }
    }

    synchronized void granted(long total) {
        allowance.grantedByPeer(total);
    }

    // ---- freeing

    /** Begins to free the oldest segments, if room is short and nothing is being freed. */
    private void evict() {
        int most = allowance.quota();
        int low = Math.max(2, most / 8);
        boolean busy = evictions.values().stream().anyMatch(eviction -> !eviction.done());
        if (closed || busy || allowance.room() >= low) {
            return;
        }
        long wanted = Math.min(Message.MOST_FREED, Math.max(low, low - allowance.room()));
        List<Segment> oldest = byAge.stream()
                .filter(segment -> !segment.dead() && segment.log().complete(segment))
                .limit(wanted)
                .toList();
        if (!oldest.isEmpty()) {
            oldest.forEach(Segment::die);
            Eviction eviction = new Eviction(++lastEviction, oldest, members);
            evictions.put(eviction.id(), eviction);
            members.forEach(member -> member.free(eviction));
            if (eviction.finish()) {
                free(eviction);
            }
        }
    }

    private void free(Eviction eviction) {
        eviction.segments().forEach(this::freed);
        members.forEach(member -> member.tell(() -> Message.of(Message.FREED, eviction.id())));
        grant();
        evict();
    }

    private void freed(Segment segment) {
        if (remove(segment)) {
            counts.freed.increment();
        }
    }

    /** Gives up a segment; false if that was done before, since both ends may have wanted to free it. */
    private boolean remove(Segment segment) {
        if (segment.log().segment(segment.index()) != segment || !segment.release()) {
            return false;
        }
        allowance.gone();
        byAge.remove(segment);
        if (segment.stored() != null) {
            recalls.forget(segment.stored());
        }
        release(segment);
        return true;
    }

    /** A segment that was to be brought back is not at both ends: neither has it. */
    synchronized void drop(Segment segment) {
        segment.die();
        remove(segment);
        grant();
    }

    /** A segment of the peer's was brought back from this disk; false if it went meanwhile. */
    synchronized boolean brought(Segment segment, StoredSegment stored) {
        boolean there = segment.log().segment(segment.index()) == segment && !segment.released();
        if (there) {
            segment.recalled(stored, 1, false);
            recalls.brought(stored);
        }
        return there;
    }

    /** Whether the segment of that name is in memory. Any thread. */
    boolean has(SegmentName name, Pair pair, boolean first) {
        if (!name.pair().equals(pair)) {
            return false;
        }
        Segment segment = logs.find(name.log(), name.byFirst() == first, name.index());
        return segment != null && !segment.dead();
    }

    /** The peer does not refer to these any more. Nor does this end, from its next block on. */
    synchronized void toFree(long id, List<Message.Name> names) {
        for (Message.Name name : names) {
            Segment segment = find(name);
            if (segment != null) {
                segment.die();
            }
        }
        theirs.put(id, names);
    }

    private Segment find(Message.Name name) {
        return logs.find(name.log(), name.ours(), name.index());
    }

    /** The peer answered on a fibre. */
    synchronized void freeAcknowledged(long id, FibreMember member) {
        Eviction eviction = evictions.get(id);
        if (eviction != null && eviction.answered(member)) {
            free(eviction);
        }
    }

    /** The peer has freed what it wanted to free. */
    synchronized void freed(long id) {
        List<Message.Name> names = theirs.remove(id);
        if (names == null) {
            return;
        }
        for (Message.Name name : names) {
            Segment segment = find(name);
            if (segment != null) {
                freed(segment);
            }
        }
        grant();
        evict();
    }

    synchronized void freedAcknowledged(long id) {
        evictions.remove(id);
    }
}
