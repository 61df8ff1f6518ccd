package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.ferrule.codec.CodecException;
import org.ferrule.codec.dictionary.Dictionary.Link;
import org.ferrule.codec.dictionary.DictionaryDecoder;
import org.ferrule.codec.dictionary.DictionaryEncoder;
import org.ferrule.codec.dictionary.FibreDictionary;

/** One fibre in a session: the logs that it adds to, and the messages that it carries. On its loop. */
final class FibreMember implements FibreDictionary {
    /** The peer is told what was stored whenever it is so much more: others of its fibres may refer to it then. */
    private static final int WORTH_TELLING = 1 << 14;

    private static final int KEPT_DRAFTS = 4;

    private final DeviceDictionary dictionary;
    private final Session session;
    private final Link link;
    private final Domains domains;
    private final Map<String, Appender> ours = new HashMap<>();
    private final Map<Integer, Appender> theirs = new HashMap<>();
    private final ArrayDeque<Draft> drafts = new ArrayDeque<>();

    /** Room for what one call works on. */
    private final byte[] scratch = new byte[FlowEncoder.MOST_BLOCK];

    private final Checked checked;
    private final FibreRecalls recalls;
    private final ByteBuffer head = Draft.head();
    private final ArrayDeque<Operations> operations = new ArrayDeque<>();
    private final Prefix prefix = new Prefix();
    private boolean joined;
    private boolean left;

    FibreMember(DeviceDictionary dictionary, Session session, Link link, Domains domains) {
        this.dictionary = dictionary;
        this.session = session;
        this.link = link;
        this.domains = domains;
        checked = new Checked(session, link);
        recalls = new FibreRecalls(this, link);
    }

    /** The blocks that have a check. */
    Checked checked() {
        return checked;
    }

    FibreRecalls recalls() {
        return recalls;
    }

    Domain domain(String name) {
        return domains.of(name);
    }

    boolean left() {
        return left;
    }

    /** Runs a task on the fibre's loop, after what that does now. Any thread. */
    void run(Runnable task) {
        link.loop().execute(task);
    }

    /** The first messages. */
    void join() {
        session.join(this).forEach(link::send);
    }

    Session session() {
        return session;
    }

    byte[] scratch() {
        return scratch;
    }

    ByteBuffer head() {
        return head.clear();
    }

    Prefix prefix() {
        return prefix;
    }

    /** For reading a block; to be given back. */
    Operations takeOperations() {
        Operations taken = operations.poll();
        return taken == null ? new Operations() : taken;
    }

    void giveOperations(Operations taken) {
        taken.clear();
        operations.push(taken);
    }

    @Override
    public boolean ready() {
        return joined && !left;
    }

    @Override
    public DictionaryEncoder encoder(String domain) {
        return new FlowEncoder(this, domains.of(domain));
    }

    @Override
    public DictionaryDecoder decoder(String domain) {
        return new FlowDecoder(this, domains.of(domain));
    }

    // ---- what encoders and decoders use

    Draft draft() {
        Draft draft = drafts.isEmpty() ? new Draft() : drafts.pop();
        draft.clear();
        return draft;
    }

    /** The block itself stays readable until the next one is begun. */
    void give(Draft draft) {
        draft.operations.clear();
        if (drafts.size() < KEPT_DRAFTS) {
            drafts.push(draft);
        }
    }

    /** What this end adds for a domain. */
    Appender ours(Domain domain) {
        return ours.computeIfAbsent(
                domain.name(), d -> new Appender(this, session.logs().begin(domain, this, false)));
    }

    /** What the peer adds on this fibre by a number, which must be for the domain. */
    Appender theirs(int number, Domain domain) throws CodecException {
        Appender known = theirs.get(number);
        if (known == null) {
            known = new Appender(this, session.logs().begin(number, domain, this, false));
            theirs.put(number, known);
        }
        if (!known.log().domain().equals(domain) || known.log().closed()) {
            throw new CodecException("log " + number + " is another domain's, or was cut off");
        }
        return known;
    }

    // ---- messages

    /** Sends a message when the loop has done what it is doing now. Any thread. */
    void tell(Supplier<ByteBuffer> message) {
        link.loop().execute(() -> {
            if (!left) {
                link.send(message.get());
            }
        });
    }

    /** Tells that nothing refers to segments any more, behind all that still does. Any thread. */
    void free(Eviction eviction) {
        link.loop().execute(() -> {
            if (!left) {
                link.flush();
                link.send(Message.free(eviction.id(), eviction.segments()));
            }
        });
    }

    @Override
    public void message(ByteBuffer message) throws CodecException {
        if (!message.hasRemaining()) {
            throw new CodecException("an empty message of the dictionary");
        }
        int type = message.get();
        switch (type) {
            case Message.JOIN -> {
                session.granted(Varint.get(message));
                joined = true;
            }
            case Message.GRANT -> session.granted(Varint.get(message));
            case Message.STORED -> stored(Varint.getInt(message), Varint.get(message));
            case Message.FREE -> {
                long id = Varint.get(message);
                session.toFree(id, Message.names(message));
                link.flush();
                link.send(Message.of(Message.FREE_ACKNOWLEDGED, id));
            }
            case Message.CHECKED -> checked.checked(Varint.get(message));
            case Message.RESEND -> checked.resend(Varint.get(message));
            case Message.RESENT -> checked.resent(Varint.get(message), message);
            case Message.CLOSED -> {
                int number = Varint.getInt(message);
                session.closed(number, Varint.getInt(message));
                link.send(Message.of(Message.CLOSED_ACKNOWLEDGED, number));
            }
            case Message.CLOSED_ACKNOWLEDGED -> session.closedAcknowledged(Varint.getInt(message));
            case Message.FREE_ACKNOWLEDGED -> session.freeAcknowledged(Varint.get(message), this);
            case Message.FREED -> {
                long id = Varint.get(message);
                session.freed(id);
                link.send(Message.of(Message.FREED_ACKNOWLEDGED, id));
            }
            case Message.FREED_ACKNOWLEDGED -> session.freedAcknowledged(Varint.get(message));
            case Message.RECALL ->
                recalls.asked(Varint.getInt(message), Varint.getInt(message), Message.recall(message));
            case Message.RECALLED -> recalls.recalled(Varint.getInt(message), Varint.getInt(message));
            case Message.LOST -> recalls.lost(Varint.getInt(message), Varint.getInt(message), Varint.getInt(message));
            case Message.HAVE -> session.recalls().peerHas(Message.pairs(message));
            default -> throw new CodecException("a message of the dictionary of the unknown type " + type);
        }
    }

    private void stored(int number, long position) throws CodecException {
        Log log = session.logs().get(number, true);
        if (log.writer() != this || position < log.acknowledged() || position > log.end()) {
            throw new CodecException("the peer says it has stored log " + number + " up to " + position);
        }
        log.acknowledge(position);
    }

    @Override
    public void paused() {
        checked.tell(false);
        tellStored(WORTH_TELLING);
    }

    @Override
    public void rest() {
        checked.tell(true);
        tellStored(1);
    }

    private void tellStored(int least) {
        for (Appender each : theirs.values()) {
            Log log = each.log();
            if (log.end() - log.told() >= least) {
                log.tell();
                link.send(Message.of(Message.STORED, log.number(), log.end()));
            }
        }
    }

    @Override
    public void leave() {
        left = true;
        checked.close();
        session.leave(this);
        dictionary.left();
    }

    /** For tests: the logs of this end. */
    List<Log> logs() {
        return ours.values().stream().map(Appender::log).toList();
    }
}
