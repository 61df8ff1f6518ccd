package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import org.ferrule.isession.internal.ProtocolError.Rule;

/** Cuts what arrives into frames, however it is split. Checks lengths and types before anything is kept. */
final class FrameReader {
    private final Sink sink;

    /** A part of a preface, header or frame; grows to what a frame needs when one arrives in parts. */
    private ByteBuffer partial = ByteBuffer.allocate(64);

    private boolean prefaceRead;

    /** Takes frames. */
    interface Sink {
        /** The payload is lent for the call. */
        void frame(FrameType type, int flow, ByteBuffer payload) throws ProtocolError;

        /** Whether the rest should be left alone, since the fibre has ended. */
        boolean ended();
    }

    FrameReader(Sink sink) {
        this.sink = sink;
    }

    void read(ByteBuffer data) throws ProtocolError {
        while (data.hasRemaining() && !sink.ended()) {
            if (partial.position() > 0) {
                if (!complete(data)) {
                    return;
                }
                partial.flip();
                take(partial);
                partial.clear();
            } else if (data.remaining() >= needed(data)) {
                take(data);
            } else {
                keep(data, data.remaining());
            }
        }
    }

    /** Moves what is missing to the part that was kept. */
    private boolean complete(ByteBuffer data) throws ProtocolError {
        while (true) {
            int held = partial.position();
            int needed = needed(partial.duplicate().flip());
            if (held >= needed) {
                return true;
            }
            if (!data.hasRemaining()) {
                return false;
            }
            keep(data, Math.min(needed - held, data.remaining()));
        }
    }

    private void keep(ByteBuffer data, int length) {
        if (partial.remaining() < length) {
            int size = Math.min(
                    Protocol.HEADER + Protocol.MOST_PAYLOAD,
                    Math.max(2 * partial.capacity(), partial.position() + length));
            partial = ByteBuffer.allocate(Math.max(size, partial.position() + length))
                    .put(partial.flip());
        }
        partial.put(partial.position(), data, data.position(), length);
        partial.position(partial.position() + length);
        data.position(data.position() + length);
    }

    /** How many bytes the unit at the buffer's position has, as far as that can be told from what is there. */
    private int needed(ByteBuffer from) throws ProtocolError {
        if (!prefaceRead) {
            return Protocol.PREFACE;
        }
        if (from.remaining() < Protocol.HEADER) {
            return Protocol.HEADER;
        }
        int length = from.getInt(from.position()) >>> 8;
        if (length > Protocol.MOST_PAYLOAD) {
            throw new ProtocolError(
                    Rule.FRAME_SIZE,
                    "a frame of " + length + " bytes; at most " + Protocol.MOST_PAYLOAD + " are allowed");
        }
        return Protocol.HEADER + length;
    }

    private void take(ByteBuffer from) throws ProtocolError {
        if (!prefaceRead) {
            preface(from);
            return;
        }
        int word = from.getInt();
        int flow = from.getInt();
        int length = word >>> 8;
        ByteBuffer payload = from.slice(from.position(), length);
        from.position(from.position() + length);
        int code = word & 0xFF;
        FrameType type = FrameType.of(code);
        if (type != null) {
            if (type.ofFlow() == (flow == 0) || flow < 0) {
                throw new ProtocolError(Rule.FRAME_CONTENT, type + " with flow id " + Integer.toUnsignedString(flow));
            }
            sink.frame(type, flow, payload);
        } else if (code < FrameType.IGNORABLE) {
            throw new ProtocolError(Rule.FRAME_TYPE, "an unknown type of frame, " + code);
        }
    }

    private void preface(ByteBuffer from) throws ProtocolError {
        for (byte expected : Protocol.MAGIC) {
            if (from.get() != expected) {
                throw new ProtocolError(Rule.MAGIC, "what arrived does not begin as an iSession does");
            }
        }
        int least = from.get() & 0xFF;
        int most = from.get() & 0xFF;
        if (least > Protocol.VERSION || most < Protocol.VERSION) {
            throw new ProtocolError(
                    Rule.VERSION,
                    "the peer speaks versions " + least + " to " + most + ", this appliance " + Protocol.VERSION);
        }
        prefaceRead = true;
    }
}
