package org.ferrule.virtual.internal;

import java.nio.ByteBuffer;

/** Finds the end of a chunked body (RFC 9112, section 7.1), with extensions and trailers. It holds nothing of it. */
final class ChunkedBody {
    /** How a body stands after some bytes of it. */
    enum Verdict {
        GOES_ON,
        OVER,
        BROKEN
    }

    private enum Part {
        SIZE,
        EXTENSION,
        SIZE_END,
        DATA,
        DATA_RETURN,
        DATA_END,
        TRAILER_START,
        TRAILER,
        TRAILER_END,
        LAST_END
    }

    /** 15 of them fit into a long. */
    private static final int MOST_DIGITS = 15;

    private Part part;
    private int digits;
    private long left;

    ChunkedBody() {
        begin();
    }

    /** A body begins. */
    void begin() {
        part = Part.SIZE;
        digits = 0;
        left = 0;
    }

    /** Goes over bytes up to the end of the body, or to the first one that does not fit. */
    Verdict pass(ByteBuffer data) {
        while (data.hasRemaining()) {
            if (part == Part.DATA) {
                int some = (int) Math.min(left, data.remaining());
                data.position(data.position() + some);
                left -= some;
                part = left == 0 ? Part.DATA_RETURN : Part.DATA;
                continue;
            }
            byte next = data.get();
            if (part == Part.LAST_END && next == '\n') {
                return Verdict.OVER;
            }
            part = after(next);
            if (part == null) {
                return Verdict.BROKEN;
            }
        }
        return Verdict.GOES_ON;
    }

    /** The part that follows the byte; null if it does not fit. */
    private Part after(byte next) {
        return switch (part) {
            case SIZE -> size(next);
            case EXTENSION -> line(next, Part.EXTENSION, Part.SIZE_END);
            case SIZE_END -> next == '\n' ? chunk() : null;
            case DATA_RETURN -> next == '\r' ? Part.DATA_END : null;
            case DATA_END -> next == '\n' ? Part.SIZE : null;
            case TRAILER_START -> next == '\r' ? Part.LAST_END : next == ' ' ? null : line(next, Part.TRAILER, null);
            case TRAILER -> line(next, Part.TRAILER, Part.TRAILER_END);
            case TRAILER_END -> next == '\n' ? Part.TRAILER_START : null;
            default -> null;
        };
    }

    private Part size(byte next) {
        int digit = next < 0 ? -1 : Character.digit(next, 16);
        if (digit >= 0) {
            left = 16 * left + digit;
            return ++digits <= MOST_DIGITS ? Part.SIZE : null;
        }
        return digits == 0 ? null : next == ';' ? Part.EXTENSION : next == '\r' ? Part.SIZE_END : null;
    }

    private Part chunk() {
        digits = 0;
        return left == 0 ? Part.TRAILER_START : Part.DATA;
    }

    private static Part line(byte next, Part more, Part end) {
        if (next == '\r') {
            return end;
        }
        return next < 0 || next >= ' ' && next != 0x7F || next == '\t' && end != null ? more : null;
    }
}
