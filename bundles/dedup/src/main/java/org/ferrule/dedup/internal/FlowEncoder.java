package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import org.ferrule.codec.dictionary.DictionaryEncoder;

/**
 * Makes blocks of what a flow sends: looks at each chunk's end for an earlier one that ended alike, compares bytes before
 * and after, and refers to all that is equal, as far as that goes.
 */
final class FlowEncoder implements DictionaryEncoder {
    /** The most bytes of a block. */
    static final int MOST_BLOCK = 1 << 14;

    /**
     * What is shorter costs as much as it saves, when it splits what is new: some ten bytes that no codec makes smaller, for
     * what a codec makes as small itself. With 32 bytes, JSON that repeated 90 bytes here and there became 1.5 % longer.
     */
    private static final int LEAST_MATCH = 128;

    /**
     * Up to so many bytes of what is known in one piece are kept again, beside what is new around them: so the next time
     * all of it is one piece. A range takes some 8 bytes, so that more would gain less than 0.02 %.
     */
    static final int KEPT = 1 << 16;

    private final FibreMember member;
    private final Session session;
    private final Domain domain;
    private final Chunker chunker;
    private final Effort effort = new Effort();
    private Draft draft;

    /** The run of known bytes that goes on where it is looked at next; null: there is none. */
    private Log run;

    private long runAt;

    /** How long it is, and how much of that the block does not have as an operation yet. */
    private long runTotal;

    private int runOpen;

    /** How many of the bytes that come next were looked at for ends of chunks. */
    private int chunked;

    /** What the last search found. */
    private Log found;

    private long foundEnd;

    /** Of the block that was fetched last. */
    private int head;

    private ByteBuffer prefix;

    FlowEncoder(FibreMember member, Domain domain) {
        this.member = member;
        this.domain = domain;
        session = member.session();
        chunker = new Chunker(session.gear());
    }

    @Override
    public int raw() {
        return draft == null ? 0 : draft.raw;
    }

    @Override
    public boolean take(ByteBuffer data, int mostRaw, int mostBlock) {
        if (draft == null) {
            draft = member.draft();
        }
        int most = Math.min(mostRaw, MOST_RAW);
        while (data.hasRemaining()) {
            int rawRoom = most - draft.raw;
            int room = Math.min(MOST_BLOCK, mostBlock) - draft.size() - 2 * Operations.LONGEST;
            if (rawRoom <= 0 || draft.operations.count() >= Operations.MOST - 2 || run == null && room <= 0) {
                return true;
            }
            if (run != null) {
                extend(data, rawRoom);
            } else {
                search(data, Math.min(rawRoom, room), rawRoom);
            }
        }
        return false;
    }

    @Override
    public boolean repeats() {
        return run != null;
    }

    // ---- what is known

    /** Goes on with the run; ends it where it differs, or ends. */
    private void extend(ByteBuffer data, int rawRoom) {
        Segment segment = run.segment((int) (runAt >>> Segment.LOG_SIZE));
        if (segment == null || !segment.usable()) {
            endRun();
            return;
        }
        if (segment.stored() != null) {
            session.recalls().used(member, domain, segment);
        }
        int offset = (int) runAt & Segment.SIZE - 1;
        long there = Math.min(segment.written() - offset, run.referable(member) - runAt);
        int most = (int) Math.min(there, Math.min(rawRoom, data.remaining()));
        int same = most <= 0 ? 0 : same(data, segment, offset, most);
        if (same > 0) {
            if (runTotal < KEPT) {
                chunk(data, Math.min(same, chunked), (int) Math.min(same, KEPT - runTotal));
            }
            chunked = Math.max(0, chunked - same);
            data.position(data.position() + same);
            draft.raw += same;
            runAt += same;
            runTotal += same;
            runOpen += same;
        }
        if (same < most || same == 0) {
            endRun();
        }
    }

    private static int same(ByteBuffer data, Segment segment, int offset, int most) {
        int differs = data.slice(data.position(), most).mismatch(segment.bytes().slice(offset, most));
        return differs < 0 ? most : differs;
    }

    /** Finds the ends of chunks in bytes that are known, for where they will be kept. */
    private void chunk(ByteBuffer data, int from, int length) {
        byte[] bytes = member.scratch();
        int done = from;
        while (done < length) {
            int some = Math.min(bytes.length, length - done);
            data.get(data.position() + done, bytes, 0, some);
            for (int at = chunker.next(bytes, 0, some); at >= 0; at = chunker.next(bytes, at, some)) {
                draft.cut(chunker.fingerprint(), draft.raw + done + at);
            }
            done += some;
        }
    }

    private void endRun() {
        closeOperation();
        if (runTotal > KEPT) {
            chunker.restart();
        }
        run = null;
    }

    /** What the run has so far becomes an operation. */
    private void closeOperation() {
        if (runOpen > 0) {
            draft.operations.add(runOpen, runTotal <= KEPT, run, runAt - runOpen);
            runOpen = 0;
        }
    }

    // ---- what is new

    /** Takes new bytes, up to a chunk's end that is known, or all that there is room for. */
    private void search(ByteBuffer data, int room, int rawRoom) {
        byte[] bytes = member.scratch();
        int length = Math.min(room, Math.min(bytes.length, data.remaining()));
        if (!effort.looks(data, data.position(), length)) {
            chunker.restart();
            draft.add(data, length);
            return;
        }
        int start = data.position();
        data.get(start, bytes, 0, length);
        for (int end = chunker.next(bytes, 0, length); end >= 0; end = chunker.next(bytes, end, length)) {
            long fingerprint = chunker.fingerprint();
            draft.cut(fingerprint, draft.raw + end);
            long found = session.store().index().find(fingerprint, domain.key());
            int fresh = found < 0 ? -1 : match(found, data, bytes, end, rawRoom);
            if (fresh >= 0) {
                effort.repeats();
                add(bytes, fresh);
                data.position(start + fresh);
                begin(end - fresh);
                return;
            }
            if (Hooks.sampled(fingerprint)) {
                session.recalls().look(member, domain, fingerprint);
            }
        }
        add(bytes, length);
        data.position(start + length);
    }

    private void add(byte[] bytes, int length) {
        if (length > 0) {
            draft.add(bytes, 0, length);
        }
    }

    /**
     * Compares around a chunk's end with where another one ended.
     *
     * @return how many of the bytes are new before what is the same; -1 if too little is
     */
    private int match(long location, ByteBuffer data, byte[] bytes, int end, int rawRoom) {
        Segment segment = session.store().in(Index.slot(location));
        int offset = Index.offset(location) + 1;
        if (segment == null || !segment.usable() || offset > segment.written()) {
            return -1;
        }
        Log log = segment.log();
        long at = ((long) segment.index() << Segment.LOG_SIZE) + offset;
        if (log.domain() != domain && !log.domain().equals(domain) || at > log.referable(member)) {
            return -1;
        }
        ByteBuffer there = segment.bytes();
        int back = 0;
        int most = Math.min(end, offset);
        while (back < most && there.get(offset - 1 - back) == bytes[end - 1 - back]) {
            back++;
        }
        if (back < LEAST_MATCH) {
            // Behind the end more may follow that is the same: worth it if that alone is long enough.
            int ahead = (int) Math.min(
                    Math.min(segment.written() - offset, log.referable(member) - at),
                    Math.min(rawRoom - end, data.remaining() - end));
            int needed = LEAST_MATCH - back;
            if (ahead < needed || differs(there, offset, data, data.position() + end, needed)) {
                return -1;
            }
        }
        found = log;
        foundEnd = at;
        return end - back;
    }

    private static boolean differs(ByteBuffer a, int atA, ByteBuffer b, int atB, int length) {
        for (int i = 0; i < length; i++) {
            if (a.get(atA + i) != b.get(atB + i)) {
                return true;
            }
        }
        return false;
    }

    /** A run begins with so many bytes before the place that was found; they are looked at again. */
    private void begin(int before) {
        run = found;
        runAt = foundEnd - before;
        runTotal = 0;
        runOpen = 0;
        chunked = before;
        found = null;
    }

    // ---- the block

    @Override
    public ByteBuffer block() {
        closeOperation();
        Draft done = draft;
        draft = null;
        ByteBuffer block = BlockWriter.write(done, member, domain);
        head = done.newBytes() - block.position();
        prefix = member.prefix().ifWorthIt(done.operations);
        member.give(done);
        return block;
    }

    @Override
    public int head() {
        return head;
    }

    @Override
    public ByteBuffer prefix() {
        return prefix;
    }
}
