package org.ferrule.net.internal;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;

/** Finds whole TLS records in what arrives, and keeps one of which only a part has. On its stream's loop. */
final class TlsRecords {
    private static final int HEADER = 5;

    /** RFC 8446, 5.2: a record's payload is at most 2^14 + 256 bytes; TLS 1.2 allows 2^14 + 2048. */
    private static final int MOST_PAYLOAD = (1 << 14) + 2048;

    /** A record of which only a part has arrived; null as long as there was none. */
    private ByteBuffer partial;

    /**
     * The next whole record, to be read at once: what arrived, which begins with it, or what was kept and is complete now.
     * Null if there is none; then a part of one was kept.
     *
     * @param data what arrived; not empty
     * @throws SSLException if the record is longer than the protocol allows
     */
    ByteBuffer next(ByteBuffer data) throws SSLException {
        if (partial != null && partial.position() > 0) {
            return completePartial(data);
        }
        if (data.remaining() >= HEADER && data.remaining() >= HEADER + length(data, data.position())) {
            return data;
        }
        if (partial == null) {
            partial = ByteBuffer.allocate(HEADER + MOST_PAYLOAD);
        }
        partial.put(data);
        return null;
    }

    /** A record was read. */
    void read(ByteBuffer record) {
        if (record == partial) {
            partial.clear();
        }
    }

    private ByteBuffer completePartial(ByteBuffer data) throws SSLException {
        fill(data, HEADER);
        if (partial.position() >= HEADER) {
            int length = HEADER + length(partial, 0);
            fill(data, length);
            if (partial.position() >= length) {
                return partial.flip();
            }
        }
        return null;
    }

    private void fill(ByteBuffer data, int upTo) {
        int n = Math.min(upTo - partial.position(), data.remaining());
        if (n > 0) {
            partial.put(partial.position(), data, data.position(), n);
            partial.position(partial.position() + n);
            data.position(data.position() + n);
        }
    }

    private static int length(ByteBuffer record, int start) throws SSLException {
        int length = record.getShort(start + 3) & 0xFFFF;
        if (length > MOST_PAYLOAD) {
            throw new SSLException("a TLS record of " + length + " bytes is longer than the protocol allows");
        }
        return length;
    }
}
