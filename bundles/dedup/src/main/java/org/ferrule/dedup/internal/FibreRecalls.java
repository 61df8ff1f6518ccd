package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.ferrule.codec.CodecException;
import org.ferrule.codec.dictionary.Dictionary.Link;

/**
 * What one fibre brings back from disk: logs of which each segment was one of an earlier log, and the messages about them.
 * On the fibre's loop.
 */
final class FibreRecalls {
    private final FibreMember member;
    private final Session session;
    private final Link link;
    private final Map<String, Log> ours = new HashMap<>();
    private final Map<Integer, Log> theirs = new HashMap<>();

    FibreRecalls(FibreMember member, Link link) {
        this.member = member;
        this.link = link;
        session = member.session();
    }

    // ---- this end's

    /** Begins a segment that was read, and asks the peer for it. Gives whether that could be done. */
    boolean begin(Domain domain, StoredSegment stored, Recollection read, int ahead, boolean expected) {
        if (member.left()) {
            return false;
        }
        Log log = ours.computeIfAbsent(domain.name(), name -> session.logs().begin(domain, member, true));
        int index = log.nextIndex();
        ByteBuffer recall = Message.recall(
                log.number(),
                index,
                new Message.Recall(
                        stored.name(),
                        domain.name(),
                        read.length,
                        session.recalls().digest(read)));
        if (!link.send(recall)) {
            return false;
        }
        Segment segment = session.begin(log);
        segment.recalled(stored, ahead, expected);
        fill(segment, read);
        return true;
    }

    /** Puts in what was read. */
    private void fill(Segment segment, Recollection read) {
        segment.append(ByteBuffer.wrap(read.bytes), 0, read.length);
        segment.log().endSegment();
        for (int i = 0; i < read.cuts; i++) {
            session.store()
                    .index()
                    .put(
                            read.fingerprints[i],
                            segment.log().domain().key(),
                            Index.location(segment.slot(), read.ends[i] - 1));
        }
    }

    /** The peer has it, too. */
    void recalled(int number, int index) throws CodecException {
        Segment segment = own(number, index);
        // It may be gone by now.
        if (segment != null) {
            segment.share();
        }
    }

    /** The peer has only so many bytes of it. */
    void lost(int number, int index, int length) throws CodecException {
        Segment segment = own(number, index);
        if (segment != null && !segment.shared()) {
            session.recalls().lost(segment.stored(), length);
            session.drop(segment);
        }
    }

    private Segment own(int number, int index) throws CodecException {
        Log log = session.logs().get(number, true);
        if (!log.recalls() || log.writer() != member || index > log.highest()) {
            throw new CodecException("segment " + index + " of log " + number + " was not asked for");
        }
        return log.segment(index);
    }

    // ---- the peer's

    /** The peer has read a segment: this end reads its own. */
    void asked(int number, int index, Message.Recall recall) throws CodecException {
        Domain domain = member.domain(recall.domain());
        Log log = theirs.get(number);
        if (log == null) {
            log = session.logs().begin(number, domain, member, true);
            theirs.put(number, log);
        }
        if (!log.domain().equals(domain) || index != log.nextIndex() || recall.length() > Segment.SIZE) {
            throw new CodecException("segment " + index + " of log " + number + " cannot be brought back");
        }
        session.expect(1);
        Segment segment = session.begin(log);
        log.endSegment();
        // Whatever becomes of the session: nobody else gets its memory while it is read.
        segment.pin();
        session.recalls()
                .asked(member, recall.name(), domain.name(), recall.length(), recall.digest(), answer(segment));
    }

    private Recalls.Answer answer(Segment segment) {
        return new Recalls.Answer() {
            @Override
            public void same(StoredSegment stored, Recollection read) {
                if (session.brought(segment, stored)) {
                    fill(segment, read);
                    segment.share();
                }
                tell(Message.of(Message.RECALLED, segment.log().number(), segment.index()));
                session.release(segment);
            }

            @Override
            public void lost(int length) {
                session.drop(segment);
                tell(Message.of(Message.LOST, segment.log().number(), segment.index(), length));
                session.release(segment);
            }

            private void tell(ByteBuffer message) {
                if (!member.left()) {
                    link.send(message);
                }
            }
        };
    }
}
