package org.ferrule.isession.internal;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.ferrule.isession.internal.ProtocolError.Rule;

/** What was counted of a tunnel, a profile or a peer; event loops count without a lock. */
final class Stats {
    final LongAdder rawIn = new LongAdder();
    final LongAdder rawOut = new LongAdder();
    /** What de-duplication left of it. */
    final LongAdder restorableOut = new LongAdder();

    final LongAdder encodedIn = new LongAdder();
    final LongAdder encodedOut = new LongAdder();
    final LongAdder tunnelIn = new LongAdder();
    final LongAdder tunnelOut = new LongAdder();
    final LongAdder flows = new LongAdder();
    final AtomicInteger currentFlows = new AtomicInteger();
    final LongAdder refused = new LongAdder();

    /** Why the last of them was refused; empty if none was. */
    volatile String lastRefusal = "";

    /** Those of peers that went to their destination without a virtual server. */
    final LongAdder straight = new LongAdder();

    final LongAdder blocksCompressed = new LongAdder();
    final LongAdder blocksPlain = new LongAdder();

    /** Of those that were compressed, those with what the dictionary has in place of their new bytes. */
    final LongAdder blocksPrefixed = new LongAdder();

    private final Map<String, OfCodec> codecs = new ConcurrentHashMap<>();
    final LongAdder codecFailures = new LongAdder();

    /** Blocks that could not be restored. */
    final LongAdder dictionaryDamages = new LongAdder();

    final LongAdder reconnects = new LongAdder();
    private final Map<Rule, LongAdder> errors = new EnumMap<>(Rule.class);

    Stats() {
        for (Rule rule : Rule.values()) {
            errors.put(rule, new LongAdder());
        }
    }

    /** What a codec did. */
    static final class OfCodec {
        final LongAdder blocks = new LongAdder();
        final LongAdder raw = new LongAdder();
        final LongAdder encoded = new LongAdder();
        final LongAdder nanos = new LongAdder();

        void count(int rawBytes, int encodedBytes, long time) {
            blocks.increment();
            raw.add(rawBytes);
            encoded.add(encodedBytes);
            nanos.add(time);
        }
    }

    /** What the codec with this name did for blocks that were sent. */
    OfCodec codec(String name) {
        OfCodec known = codecs.get(name);
        return known != null ? known : codecs.computeIfAbsent(name, n -> new OfCodec());
    }

    /** By name. */
    Map<String, OfCodec> codecs() {
        return codecs;
    }

    /** Counts a flow that was refused. */
    void refuse(String reason) {
        refused.increment();
        lastRefusal = reason;
    }

    void error(Rule rule) {
        errors.get(rule).increment();
    }

    long errors() {
        return errors.values().stream().mapToLong(LongAdder::sum).sum();
    }

    Map<Rule, LongAdder> errorsByRule() {
        return errors;
    }
}
