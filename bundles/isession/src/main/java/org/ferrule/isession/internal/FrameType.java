package org.ferrule.isession.internal;

/** What a frame is. The numbers are the protocol's (docs/isession-protocol.md). */
enum FrameType {
    HELLO(0x01, false),
    CAPS(0x02, false),
    CAPS_ACK(0x03, false),
    CODEC(0x04, false),
    PING(0x05, false),
    PONG(0x06, false),
    GOAWAY(0x07, false),
    ERROR(0x08, false),
    GONE(0x09, false),
    ROUTES(0x0A, false),
    DICTIONARY(0x0B, false),
    OPEN(0x10, true),
    OPENED(0x11, true),
    REFUSED(0x12, true),
    DATA(0x13, true),
    FIN(0x14, true),
    RESET(0x15, true),
    STOP_SENDING(0x16, true),
    CREDIT(0x17, true),
    CREDIT_BACK(0x18, true);

    /** Types from here on may be skipped by who does not know them. */
    static final int IGNORABLE = 0x80;

    private static final FrameType[] BY_CODE = new FrameType[IGNORABLE];

    static {
        for (FrameType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;
    private final boolean ofFlow;

    FrameType(int code, boolean ofFlow) {
        this.code = code;
        this.ofFlow = ofFlow;
    }

    int code() {
        return code;
    }

    /** Whether it is about a flow; otherwise its flow id is 0. */
    boolean ofFlow() {
        return ofFlow;
    }

    /** The type with this number, or null. */
    static FrameType of(int code) {
        return code < IGNORABLE ? BY_CODE[code] : null;
    }
}
