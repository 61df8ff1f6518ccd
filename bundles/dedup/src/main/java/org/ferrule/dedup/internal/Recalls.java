package org.ferrule.dedup.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * What a session has on disk: what is complete in memory is written, what repeats is brought back. Any thread; event loops
 * never wait for the disk.
 *
 * <p>What was brought back is in memory at both ends before anything refers to it: whoever finds a segment reads it, then
 * tells the peer, who reads its own, and says whether it is the same. So neither end needs to know exactly what the other
 * still has, and blocks never wait for a disk.
 */
final class Recalls {
    /**
     * So many that follow are brought back with the first that is found, and four times as many with each that is used: what
     * is known is sent so fast that in one round trip of a WAN many of them are.
     */
    private static final int FIRST_AHEAD = 7;

    private static final int GROWTH = 4;
    private static final int MOST_AHEAD = 256;

    /** What is shorter is not worth a place of its own on disk. */
    private static final int LEAST_WRITTEN = 1 << 12;

    private static final int KEPT_BUFFERS = 16;

    private final Session session;
    private final PeerDisk disk;
    private final Pair pair;
    private final boolean first;

    /** What is being brought back, or was and is in memory; and how many were brought back with it, unless that is over. */
    private final Map<StoredSegment, Integer> here = new ConcurrentHashMap<>();

    private final ArrayBlockingQueue<Recollection> buffers = new ArrayBlockingQueue<>(KEPT_BUFFERS);

    /**
     * Where a session has its disk.
     *
     * @param peer null: there is none
     * @param pair names the session at both ends
     * @param first whether this end has the lesser epoch
     */
    record Place(PeerDisk peer, Pair pair, boolean first) {}

    Recalls(Session session, Place place) {
        this.session = session;
        disk = place.peer();
        pair = place.pair();
        first = place.first();
    }

    // ---- what is written

    /** A segment has all its bytes. */
    void completed(Segment segment) {
        write(segment, segment.written());
    }

    /** A log is over before its last segment was full. What the peer may not have of it does not count. */
    void ended(Log log) {
        Segment last = log.open();
        if (last != null && !log.recalls()) {
            long begin = (long) last.index() << Segment.LOG_SIZE;
            long both = log.ours() ? log.acknowledged() - begin : last.written();
            write(last, (int) Math.min(last.written(), Math.max(0, both)));
        }
    }

    private void write(Segment segment, int length) {
        if (disk == null || length < LEAST_WRITTEN || !segment.pin()) {
            return;
        }
        Log log = segment.log();
        SegmentName name = new SegmentName(pair, log.ours() == first, log.number(), segment.index());
        boolean handed = disk.disk().writeUnlessBusy(() -> {
            try {
                disk.disk().write(disk, name, log.domain().name(), segment, length);
            } finally {
                session.release(segment);
            }
        });
        if (!handed) {
            session.counts().unwritten.increment();
            session.release(segment);
        }
    }

    /** Finishes the file; what is added afterwards begins another. */
    void finish() {
        if (disk != null) {
            disk.disk().write(() -> disk.disk().finish(disk, pair));
        }
    }

    // ---- what is looked for

    /** A chunk ends in what is sent that is not in memory: if it is on disk it is brought back. On the fibre's loop. */
    void look(FibreMember member, Domain domain, long fingerprint) {
        if (disk == null) {
            return;
        }
        long location = disk.disk().index().find(fingerprint, domain.hookKey());
        StoredSegment stored = location < 0 ? null : disk.disk().at(location);
        if (stored != null && stored.domain().equals(domain.name()) && disk.find(stored.name()) == stored) {
            Integer asked = here.get(stored);
            if (asked == null) {
                if (recall(member, domain, stored, FIRST_AHEAD, false)) {
                    session.counts().diskHits.increment();
                    ahead(member, domain, stored, FIRST_AHEAD);
                }
            } else if (asked > 0 && here.replace(stored, asked, 0)) {
                // It is on its way, and what is sent is there already: the next ones must come earlier.
                ahead(member, domain, stored, Math.min(MOST_AHEAD, GROWTH * asked));
            }
        }
    }

    /** Something refers to a segment that was brought back: those behind it may be next. On the fibre's loop. */
    void used(FibreMember member, Domain domain, Segment segment) {
        int next = segment.takeAhead();
        if (next > 0) {
            if (segment.awaited()) {
                session.counts().prefetchHits.increment();
            }
            ahead(member, domain, segment.stored(), Math.min(MOST_AHEAD, GROWTH * next));
        }
    }

    private void ahead(FibreMember member, Domain domain, StoredSegment stored, int most) {
        SegmentName name = stored.name();
        // Not more than the memory holds beside what is in use.
        for (int i = 0; i < Math.min(most, session.quota() / 4); i++) {
            name = name.next();
            StoredSegment next = disk.find(name);
            if (next != null && recall(member, domain, next, most, true)) {
                session.counts().prefetched.increment();
            }
        }
    }

    private boolean recall(FibreMember member, Domain domain, StoredSegment stored, int next, boolean expected) {
        if (session.has(stored.name(), pair, first) || here.putIfAbsent(stored, next) != null) {
            return false;
        }
        if (!session.reserve(1)) {
            here.remove(stored);
            return false;
        }
        read(stored, stored.length(), member, read -> {
            if (read == null || !member.recalls().begin(domain, stored, read, next, expected)) {
                session.unreserve(1);
                here.remove(stored);
            }
        });
        return true;
    }

    /**
     * Reads a segment, and then goes on with it on a fibre's loop.
     *
     * @param then is given null if it cannot be read; what it is given is lent for the call
     */
    private void read(StoredSegment stored, int length, FibreMember member, Consumer<Recollection> then) {
        boolean handed = disk.disk().read(() -> {
            Recollection read = load(stored, length);
            member.run(() -> {
                then.accept(read);
                if (read != null) {
                    buffers.offer(read);
                }
            });
        });
        if (!handed) {
            member.run(() -> then.accept(null));
        }
    }

    private Recollection load(StoredSegment stored, int length) {
        Recollection spare = buffers.poll();
        Recollection to = spare == null ? new Recollection() : spare;
        try {
            disk.read(stored, length, to);
            return to;
        } catch (IOException e) {
            // It may have gone to make room; if it is damaged it is of no use either.
            session.counts().diskLost.increment();
            disk.drop(stored);
            buffers.offer(to);
            return null;
        }
    }

    // ---- what the peer brings back

    /** What the peer is told of its request. */
    interface Answer {
        /** This end has it, too. */
        void same(StoredSegment stored, Recollection read);

        /** @param length how much of it is here */
        void lost(int length);
    }

    /** Reads what the peer has read, too, and compares. The answer comes on the fibre's loop. */
    void asked(FibreMember member, SegmentName name, String domain, int length, long digest, Answer answer) {
        if (disk == null) {
            member.run(() -> answer.lost(0));
            return;
        }
        // In the order of what is read: after a start catalogues come first.
        boolean handed = disk.disk().read(() -> {
            StoredSegment stored = disk.find(name);
            if (stored == null || !stored.domain().equals(domain) || stored.stored() < length) {
                int known = stored == null || !stored.domain().equals(domain) ? 0 : stored.stored();
                member.run(() -> answer.lost(known));
                return;
            }
            Recollection read = load(stored, length);
            boolean same = read != null && digest(read) == digest;
            if (read != null && !same) {
                disk.drop(stored);
            }
            member.run(() -> {
                if (same) {
                    answer.same(stored, read);
                } else {
                    answer.lost(0);
                }
                if (read != null) {
                    buffers.offer(read);
                }
            });
        });
        if (!handed) {
            member.run(() -> answer.lost(length));
        }
    }

    /** What both ends must have alike in what they read. */
    long digest(Recollection read) {
        Check check = new Check(session.checkKey());
        check.begin();
        check.add(ByteBuffer.wrap(read.bytes), 0, read.length);
        return check.value();
    }

    /** The peer has only so many bytes of it; if none, it is of no use here either. */
    void lost(StoredSegment stored, int length) {
        session.counts().recallsLost.increment();
        if (length == 0) {
            disk.drop(stored);
        } else {
            stored.shorten(length);
        }
    }

    /** The peer brought it back. */
    void brought(StoredSegment stored) {
        here.put(stored, 0);
    }

    /** What was brought back is not in memory any more. */
    void forget(StoredSegment stored) {
        here.remove(stored);
    }

    // ---- what both have

    /** Whether there is a disk. */
    boolean available() {
        return disk != null;
    }

    /** Which pairs this end has something of, those that were used last first, if there is a disk. */
    List<Pair> have() {
        return disk.pairs();
    }

    /** The peer has something of these pairs, and of no others but those that are in use. */
    void peerHas(Set<Pair> pairs) {
        if (disk != null) {
            disk.disk().write(() -> disk.disk().delete(disk, each -> !each.equals(pair) && !pairs.contains(each)));
        }
    }
}
