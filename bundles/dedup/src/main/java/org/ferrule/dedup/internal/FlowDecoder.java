package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.ferrule.codec.CodecException;
import org.ferrule.codec.dictionary.DictionaryDecoder;

/** Restores the blocks of one direction of a flow, and keeps at this end what the peer keeps at its own. */
final class FlowDecoder implements DictionaryDecoder {
    /** The most that is restored at once, so that who takes it can stop. */
    private static final int PIECE = 1 << 16;

    private final FibreMember member;
    private final Session session;
    private final Domain domain;
    private final Chunker chunker;
    private final Effort effort = new Effort();

    FlowDecoder(FibreMember member, Domain domain) {
        this.member = member;
        this.domain = domain;
        session = member.session();
        chunker = new Chunker(session.gear());
    }

    // ---- as blocks arrive

    @Override
    public ByteBuffer prefix(ByteBuffer head, int newBytes, int raw) throws CodecException {
        ByteBuffer from = head.duplicate();
        int kind = kind(from);
        log(from, kind);
        check(from, kind);
        Operations operations = member.takeOperations();
        try {
            operations.readAgain(from, this::known);
            if (from.hasRemaining()) {
                throw new CodecException("the head of a block ends " + from.remaining() + " bytes too late");
            }
            operations.check(raw, newBytes);
            return member.prefix().of(operations);
        } finally {
            member.giveOperations(operations);
        }
    }

    @Override
    public boolean arrived(ByteBuffer block, int raw, Repaired repaired) throws CodecException {
        ByteBuffer from = block.duplicate();
        int kind = kind(from);
        int log = log(from, kind);
        long stated = check(from, kind);
        Operations operations = member.takeOperations();
        try {
            operations.read(from, raw, this::known);
            boolean right = arrived(block, raw, operations, new Head(kind, log, stated, from.position()));
            long number = operations.refer() ? member.checked().arrived() : 0;
            if (!right && repaired != null) {
                ask(block, number, new Repair(stated, pieces(operations), raw, repaired));
            }
            return right;
        } finally {
            member.giveOperations(operations);
        }
    }

    private static int kind(ByteBuffer from) throws CodecException {
        if (!from.hasRemaining()) {
            throw new CodecException("an empty block of the dictionary");
        }
        int kind = from.get();
        if ((kind & ~(BlockFormat.ADDS | BlockFormat.CHECKED)) != 0) {
            throw new CodecException("a block of the dictionary has unknown flags: " + kind);
        }
        return kind;
    }

    private static int log(ByteBuffer from, int kind) throws CodecException {
        return (kind & BlockFormat.ADDS) == 0 ? 0 : Varint.getInt(from);
    }

    /**
     * What stands before the operations of a block.
     *
     * @param newBytes where the new bytes begin
     */
    private record Head(int kind, int log, long check, int newBytes) {}

    private boolean arrived(ByteBuffer block, int raw, Operations operations, Head head) throws CodecException {
        int kind = head.kind();
        boolean checked = (kind & BlockFormat.CHECKED) != 0;
        if (checked != operations.refer()) {
            throw new CodecException("a block that refers to the dictionary must have a check, and only such a one");
        }
        int kept = 0;
        for (int i = 0; i < operations.count(); i++) {
            kept += operations.kept(i) ? operations.length(i) : 0;
            if (operations.log(i) != null) {
                Pieces.check(operations.log(i), operations.position(i), operations.length(i));
            }
        }
        count(operations, raw);
        boolean right = !checked || head.check() == sum(operations, block, head.newBytes());
        if ((kind & BlockFormat.ADDS) != 0) {
            Appender to = member.theirs(head.log(), domain);
            to.expect(kept);
            add(operations, block, head.newBytes(), to);
        }
        if (!right) {
            session.counts().mismatches.increment();
        }
        return right;
    }

    /** Marks the block as one whose bytes come otherwise. */
    private void ask(ByteBuffer block, long number, Repair repair) throws CodecException {
        block.put(block.position(), (byte) BlockFormat.REPAIRED).putLong(block.position() + 1, number);
        member.checked().ask(number, repair);
    }

    private static int[] pieces(Operations operations) {
        IntStream.Builder pieces = IntStream.builder();
        for (int i = 0; i < operations.count(); i++) {
            if (operations.log(i) == null) {
                pieces.add(operations.length(i));
            } else {
                Pieces.each(
                        operations.log(i),
                        operations.position(i),
                        operations.length(i),
                        (segment, offset, some) -> pieces.add(some));
            }
        }
        return pieces.build().toArray();
    }

    private static boolean isRepaired(ByteBuffer block) {
        return (block.get(block.position()) & BlockFormat.REPAIRED) != 0;
    }

    private Repair repair(ByteBuffer block) {
        return member.checked().repair(block.getLong(block.position() + 1));
    }

    @Override
    public boolean ready(ByteBuffer block) {
        return !isRepaired(block) || repair(block).ready();
    }

    private static long check(ByteBuffer from, int kind) throws CodecException {
        if ((kind & BlockFormat.CHECKED) == 0) {
            return 0;
        }
        if (from.remaining() < Long.BYTES) {
            throw new CodecException("a block of the dictionary ends before its check");
        }
        return from.getLong();
    }

    private Log known(int number, boolean ours) throws CodecException {
        Log log = session.logs().get(number, ours);
        if (!log.domain().equals(domain)) {
            throw new CodecException("a block refers to log " + number + " of another trust domain");
        }
        return log;
    }

    private void count(Operations operations, int raw) {
        Counts counts = session.counts();
        counts.rawIn.add(raw);
        for (int i = 0; i < operations.count(); i++) {
            if (operations.log(i) == null) {
                counts.missBytesIn.add(operations.length(i));
            } else {
                counts.hitsIn.increment();
                counts.hitBytesIn.add(operations.length(i));
            }
        }
    }

    private long sum(Operations operations, ByteBuffer block, int newBytes) {
        Check check = new Check(session.checkKey());
        check.begin();
        int at = newBytes;
        for (int i = 0; i < operations.count(); i++) {
            if (operations.log(i) == null) {
                check.add(block, at, operations.length(i));
                at += operations.length(i);
            } else {
                Pieces.each(
                        operations.log(i),
                        operations.position(i),
                        operations.length(i),
                        (segment, offset, some) -> check.add(segment.bytes(), offset, some));
            }
        }
        return check.value();
    }

    private void add(Operations operations, ByteBuffer block, int newBytes, Appender to) {
        int at = newBytes;
        for (int i = 0; i < operations.count(); i++) {
            int length = operations.length(i);
            if (operations.log(i) == null) {
                if (!operations.kept(i)) {
                    chunker.restart();
                } else if (effort.looks(block, at, length)) {
                    add(block, at, length, to);
                } else {
                    to.append(block, at, length);
                    chunker.restart();
                }
                at += length;
                continue;
            }
            effort.repeats();
            if (operations.kept(i)) {
                Pieces.each(
                        operations.log(i),
                        operations.position(i),
                        length,
                        (segment, offset, some) -> add(segment.bytes(), offset, some, to));
            } else {
                chunker.restart();
            }
        }
    }

    /** Adds bytes, and where chunks end in them: so this end can refer to what it received. */
    private void add(ByteBuffer from, int at, int length, Appender to) {
        byte[] bytes = member.scratch();
        int done = 0;
        while (done < length) {
            int some = Math.min(bytes.length, length - done);
            from.get(at + done, bytes, 0, some);
            long start = to.log().end();
            to.append(from, at + done, some);
            for (int end = chunker.next(bytes, 0, some); end >= 0; end = chunker.next(bytes, end, some)) {
                to.index(chunker.fingerprint(), start + end);
            }
            done += some;
        }
    }

    // ---- as they are read

    @Override
    public int restore(ByteBuffer block, int from, Predicate<ByteBuffer> to) {
        if (isRepaired(block)) {
            return sentAgain(repair(block).bytes(), from, to);
        }
        ByteBuffer rest = block.duplicate();
        // Lent for the call: what takes the pieces may bring about that other blocks are read.
        Operations operations = member.takeOperations();
        read(rest, operations);
        int at = 0;
        boolean more = true;
        for (int i = 0; i < operations.count() && more; i++) {
            int length = operations.length(i);
            Log log = operations.log(i);
            int done = Math.max(0, Math.min(length, from - at));
            while (done < length && more) {
                long position = operations.position(i) + done;
                int offset = (int) position & Segment.SIZE - 1;
                int some = Math.min(Math.min(length - done, PIECE), log == null ? length : Segment.SIZE - offset);
                ByteBuffer piece = log == null
                        ? rest.slice(rest.position() + done, some)
                        : log.segment((int) (position >>> Segment.LOG_SIZE))
                                .bytes()
                                .slice(offset, some);
                done += some;
                more = to.test(piece.asReadOnlyBuffer());
            }
            at += done;
            if (log == null) {
                rest.position(rest.position() + (more ? length : 0));
            }
        }
        member.giveOperations(operations);
        return at;
    }

    private static int sentAgain(ByteBuffer bytes, int from, Predicate<ByteBuffer> to) {
        int at = from;
        boolean more = true;
        while (at < bytes.capacity() && more) {
            int some = Math.min(PIECE, bytes.capacity() - at);
            more = to.test(bytes.slice(at, some).asReadOnlyBuffer());
            at += some;
        }
        return at;
    }

    /** Reads what {@link #arrived} has found good; afterwards the buffer is at the new bytes. */
    private void read(ByteBuffer from, Operations operations) {
        try {
            int kind = kind(from);
            log(from, kind);
            check(from, kind);
            operations.readAgain(from, this::known);
        } catch (CodecException e) {
            throw new IllegalStateException("a block that was good is not any more", e);
        }
    }

    @Override
    public void hold(ByteBuffer block) {
        if (!isRepaired(block)) {
            each(block, (segment, offset, length) -> segment.pin());
        }
    }

    @Override
    public void letGo(ByteBuffer block) {
        if (isRepaired(block)) {
            member.checked().forget(block.getLong(block.position() + 1));
            return;
        }
        each(block, (segment, offset, length) -> session.release(segment));
    }

    private void each(ByteBuffer block, Pieces.Taker taker) {
        Operations operations = member.takeOperations();
        read(block.duplicate(), operations);
        for (int i = 0; i < operations.count(); i++) {
            if (operations.log(i) != null) {
                Pieces.each(operations.log(i), operations.position(i), operations.length(i), taker);
            }
        }
        member.giveOperations(operations);
    }
}
