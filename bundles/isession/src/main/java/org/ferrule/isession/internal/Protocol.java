package org.ferrule.isession.internal;

import java.nio.charset.StandardCharsets;

/** The numbers of the protocol (docs/isession-protocol.md). */
final class Protocol {
    /** Begins what each end sends. */
    static final byte[] MAGIC = "iSession".getBytes(StandardCharsets.US_ASCII);

    /** The one version that exists; the preface has room for a range. */
    static final int VERSION = 1;

    static final int PREFACE = MAGIC.length + 2;

    /** Payload length (3 bytes), type (1), flow id (4). */
    static final int HEADER = 8;

    /** The most encoded bytes of a block: larger ones would let one flow delay the others. */
    static final int MOST_ENCODED = 1 << 14;

    /** The most raw bytes of a block. */
    static final int MOST_RAW = 1 << 20;

    /** What stands before a block in a DATA frame: codec (1), flags (1), raw size (4). */
    static final int BLOCK_HEADER = 6;

    /** The longest payload of any frame. */
    static final int MOST_PAYLOAD = BLOCK_HEADER + MOST_ENCODED;

    /** The decoder forgets its history before this block. */
    static final int FLAG_RESET = 0x01;

    /** The block's history is what stood in the dictionary where it has new bytes; its head is not encoded. */
    static final int FLAG_PREFIX = 0x02;

    /** The block's history is that of the fibre, not that of its flow. */
    static final int FLAG_SHARED = 0x04;

    /** The block, once decoded, is to be restored with the dictionary; how many bytes of the flow that gives is stated. */
    static final int FLAG_DICTIONARY = 0x08;

    /** The statement: 4 bytes behind the header, which count as encoded. */
    static final int RESTORES = 4;

    /** How long the head of a block with a prefix is: 2 bytes before the head, which count as encoded. */
    static final int HEAD_LENGTH = 2;

    /** The codec of blocks that are not compressed. */
    static final int CODEC_NONE = 0;

    /** What a sender may send of a flow before it is given more, in encoded bytes: enough for a request. */
    static final int FIRST_ENCODED = 1 << 13;

    /** What it is given at once where the receiver has memory to spare, and keeps while it rests. */
    static final int START_ENCODED = 1 << 16;

    /** The largest window: 1 Gbit/s times 130 ms. */
    static final int MOST_ENCODED_WINDOW = 1 << 24;

    /** What a sender may send of a flow before it is given more, in raw bytes. */
    static final int FIRST_RAW = 1 << 22;

    /** What it is given at once where blocks refer to the dictionary: 20 Mbit/s of references would wait for more. */
    static final int START_RAW = 1 << 25;

    static final int MOST_RAW_WINDOW = 1 << 26;

    /** The least encoded bytes that a block counts: what holding it costs, however short it is. */
    static final int LEAST_COST = 64;

    /** A sender waits for more credit than this before it makes a block: the least that one for the dictionary needs. */
    static final int LEAST_SENT = org.ferrule.codec.dictionary.DictionaryEncoder.LEAST_BLOCK + RESTORES;

    /** The most flows that may be open on a fibre at once. */
    static final int MOST_FLOWS = 1 << 14;

    /** The most codecs that a peer may declare. */
    static final int MOST_CODECS = 64;

    /** What a block uses of the encoded credit. */
    static int cost(int encodedBytes) {
        return Math.max(encodedBytes, LEAST_COST);
    }

    private Protocol() {}
}
