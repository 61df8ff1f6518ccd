package org.ferrule.isession.internal;

/** The peer broke a rule of the protocol: its fibre ends. */
final class ProtocolError extends Exception {
    private static final long serialVersionUID = 1L;

    private final Rule rule;

    /** The rules, for counters. */
    enum Rule {
        MAGIC,
        VERSION,
        FRAME_SIZE,
        FRAME_TYPE,
        FRAME_CONTENT,
        FLOW_STATE,
        CREDIT,
        CODEC,
        DICTIONARY,
        LIMIT
    }

    ProtocolError(Rule rule, String message) {
        super(message);
        this.rule = rule;
    }

    Rule rule() {
        return rule;
    }
}
