package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A block while it is made. Lent to the encoder of a flow by its fibre, as long as the block is not fetched. */
final class Draft {
    /** What stands before the new bytes: kind, log, check and operations. */
    private static final int HEAD = 1 + Varint.MOST + Long.BYTES + Operations.MOST_BYTES;

    private static final int FIRST_CUTS = 64;

    final Operations operations = new Operations();

    /** The operations and the new bytes; the former are put before the latter when they are known. */
    final ByteBuffer bytes = ByteBuffer.allocateDirect(HEAD + FlowEncoder.MOST_BLOCK);

    /** Ends of chunks: what is in common with others, and after how many raw bytes. */
    long[] fingerprints = new long[FIRST_CUTS];

    int[] cuts = new int[FIRST_CUTS];
    int cutCount;
    int raw;

    Draft() {
        clear();
    }

    void clear() {
        operations.clear();
        bytes.clear().position(HEAD);
        cutCount = 0;
        raw = 0;
    }

    /** About how long the block would be. */
    int size() {
        return bytes.position() - HEAD + 1 + Varint.MOST + Long.BYTES + operations.count() * Operations.LONGEST;
    }

    /** New bytes. */
    void add(byte[] from, int at, int length) {
        bytes.put(from, at, length);
        operations.add(length);
        raw += length;
    }

    /** New bytes, from the front of a buffer. */
    void add(ByteBuffer from, int length) {
        bytes.put(bytes.position(), from, from.position(), length).position(bytes.position() + length);
        from.position(from.position() + length);
        operations.add(length);
        raw += length;
    }

    /** A chunk ends after so many raw bytes. */
    void cut(long fingerprint, int after) {
        if (cutCount == cuts.length) {
            cuts = Arrays.copyOf(cuts, 2 * cutCount);
            fingerprints = Arrays.copyOf(fingerprints, 2 * cutCount);
        }
        cuts[cutCount] = after;
        fingerprints[cutCount] = fingerprint;
        cutCount++;
    }

    /** The new bytes, from here to the buffer's position. */
    int newBytes() {
        return HEAD;
    }

    /** The block, whose head was written elsewhere. */
    ByteBuffer complete(ByteBuffer head) {
        int start = HEAD - head.remaining();
        bytes.flip().position(start);
        bytes.put(start, head, head.position(), head.remaining());
        return bytes;
    }

    static ByteBuffer head() {
        return ByteBuffer.allocate(HEAD);
    }
}
