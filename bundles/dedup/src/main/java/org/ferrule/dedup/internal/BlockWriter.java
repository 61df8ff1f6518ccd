package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;

/** Ends blocks: adds what they keep to this end's log, and writes their heads. */
final class BlockWriter {
    private BlockWriter() {}

    static ByteBuffer write(Draft draft, FibreMember member, Domain domain) {
        Operations operations = draft.operations;
        Counts counts = member.session().counts();
        counts.rawOut.add(draft.raw);
        int kept = 0;
        for (int i = 0; i < operations.count(); i++) {
            kept += operations.kept(i) ? operations.length(i) : 0;
            if (operations.log(i) == null) {
                counts.missesOut.increment();
                counts.missBytesOut.add(operations.length(i));
            } else {
                counts.hitsOut.increment();
                counts.hitBytesOut.add(operations.length(i));
            }
        }
        Appender to = member.ours(domain);
        boolean adds = kept > 0 && to.reserve(kept);
        if (!adds) {
            counts.unstored.add(kept);
        }
        boolean checked = operations.refer();
        ByteBuffer head = member.head();
        head.put((byte) ((adds ? BlockFormat.ADDS : 0) | (checked ? BlockFormat.CHECKED : 0)));
        if (adds) {
            Varint.put(head, to.log().number());
        }
        if (checked) {
            head.putLong(check(draft, member.session().checkKey()));
        }
        operations.write(head);
        long start = to.log().end();
        if (adds) {
            add(draft, to);
        }
        if (checked) {
            keep(draft, member.checked().sent(), adds ? to.log() : null, start);
        }
        return draft.complete(head.flip());
    }

    /** Keeps what the block stands for until the peer has checked it. */
    private static void keep(Draft draft, Receipt receipt, Log added, long start) {
        int at = draft.newBytes();
        long position = start;
        for (int i = 0; i < draft.operations.count(); i++) {
            int length = draft.operations.length(i);
            Log log = draft.operations.log(i);
            if (log != null) {
                receipt.add(log, draft.operations.position(i), length);
            } else if (added != null) {
                receipt.add(added, position, length);
            } else {
                receipt.add(draft.bytes, at, length);
            }
            at += log == null ? length : 0;
            position += draft.operations.kept(i) ? length : 0;
        }
    }

    private static long check(Draft draft, long key) {
        Check check = new Check(key);
        check.begin();
        int at = draft.newBytes();
        for (int i = 0; i < draft.operations.count(); i++) {
            int length = draft.operations.length(i);
            if (draft.operations.log(i) == null) {
                check.add(draft.bytes, at, length);
                at += length;
            } else {
                Pieces.each(
                        draft.operations.log(i),
                        draft.operations.position(i),
                        length,
                        (segment, offset, some) -> check.add(segment.bytes(), offset, some));
            }
        }
        return check.value();
    }

    /** Adds what is kept, and where chunks end in it. */
    private static void add(Draft draft, Appender to) {
        int at = draft.newBytes();
        int raw = 0;
        int cut = 0;
        for (int i = 0; i < draft.operations.count(); i++) {
            int length = draft.operations.length(i);
            long start = to.log().end();
            if (draft.operations.log(i) == null) {
                to.append(draft.bytes, at, length);
                at += length;
            } else if (draft.operations.kept(i)) {
                Pieces.each(
                        draft.operations.log(i),
                        draft.operations.position(i),
                        length,
                        (segment, offset, some) -> to.append(segment.bytes(), offset, some));
            }
            for (; cut < draft.cutCount && draft.cuts[cut] <= raw + length; cut++) {
                if (draft.operations.kept(i)) {
                    to.index(draft.fingerprints[cut], start + draft.cuts[cut] - raw);
                }
            }
            raw += length;
        }
    }
}
