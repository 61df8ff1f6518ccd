package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ferrule.codec.CodecException;
import org.ferrule.codec.dictionary.Dictionary.Link;

/**
 * The blocks of one fibre that have a check, both ways: those that the peer has not checked yet can be sent again, those that
 * did not come right are asked for. Both ends count them alike. On the fibre's loop.
 */
final class Checked {
    /** The peer is told of so many at once. */
    private static final int WORTH_TELLING = 32;

    /** The most bytes that are waited for at once; a dictionary that is damaged more is none. */
    private static final int MOST_AWAITED = 8 << 20;

    /** Of one message. */
    private static final int MOST_RESENT = 1 << 13;

    private final Session session;
    private final Link link;
    private final ArrayDeque<Receipt> receipts = new ArrayDeque<>();
    private final Map<Long, Repair> repairs = new HashMap<>();
    private long sent;
    private long arrived;
    private long told;

    Checked(Session session, Link link) {
        this.session = session;
        this.link = link;
    }

    /** A block with a check is being sent: to be filled with what it stands for. */
    Receipt sent() {
        Receipt receipt = new Receipt(++sent, session);
        receipts.add(receipt);
        return receipt;
    }

    /** A block with a check has arrived; gives its number. */
    long arrived() {
        return ++arrived;
    }

    /** It is not right: its bytes are asked for. */
    void ask(long number, Repair repair) throws CodecException {
        int awaited = repairs.values().stream().mapToInt(Repair::size).sum();
        if (awaited + repair.size() > MOST_AWAITED) {
            throw new CodecException("too much of the dictionary is damaged");
        }
        repairs.put(number, repair);
        if (!link.send(Message.of(Message.RESEND, number))) {
            link.loop().execute(repair::fail);
        }
    }

    /** Null: it was not asked for, or is forgotten. */
    Repair repair(long number) {
        return repairs.get(number);
    }

    void forget(long number) {
        repairs.remove(number);
    }

    /** Tells the peer what need not be kept any more, if that is due. */
    void tell(boolean all) {
        // Each read ends here: nearly always nothing is being repaired, and there is nothing to look through.
        long upTo = repairs.isEmpty() ? arrived : beforeRepairs();
        if (upTo - told >= (all ? 1 : WORTH_TELLING)) {
            told = upTo;
            link.send(Message.of(Message.CHECKED, upTo));
        }
    }

    /** What is asked for must be kept, and what came later, too: they are told of in order. */
    private long beforeRepairs() {
        return repairs.entrySet().stream()
                        .filter(entry -> !entry.getValue().ready())
                        .mapToLong(Map.Entry::getKey)
                        .min()
                        .orElse(arrived + 1)
                - 1;
    }

    // ---- messages

    void checked(long upTo) throws CodecException {
        if (upTo > sent) {
            throw new CodecException("the peer has checked " + upTo + " blocks, and got " + sent);
        }
        while (!receipts.isEmpty() && receipts.peek().number() <= upTo) {
            receipts.remove().close();
        }
    }

    void resend(long number) throws CodecException {
        Receipt receipt = receipts.stream()
                .filter(each -> each.number() == number)
                .findFirst()
                .orElseThrow(() -> new CodecException("block " + number + " is not kept any more"));
        session.counts().resent.increment();
        receipt.each(MOST_RESENT, piece -> link.send(Message.resent(number, piece)));
    }

    void resent(long number, ByteBuffer bytes) throws CodecException {
        Repair repair = repairs.get(number);
        if (number > arrived) {
            throw new CodecException("block " + number + " has not arrived, and is sent again");
        }
        // Its flow may be over by now.
        if (repair != null && repair.add(bytes, session.checkKey())) {
            tell(true);
        }
    }

    /** The fibre is over. */
    void close() {
        receipts.forEach(Receipt::close);
        receipts.clear();
        // Who waits for one may forget it at once.
        List.copyOf(repairs.values()).forEach(Repair::fail);
    }
}
