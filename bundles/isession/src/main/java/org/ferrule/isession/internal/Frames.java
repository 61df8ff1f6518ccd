package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.ferrule.isession.internal.ProtocolError.Rule;

/** Writes frames into buffers, and reads what they carry. */
final class Frames {
    private static final int MOST_TEXT = 1024;

    /** The longest frame that {@link #text} makes. */
    static final int TEXT_SIZE = Protocol.HEADER + 4 + MOST_TEXT;

    private static final int MOST_PAIRS = 64;
    private static final Pattern STEERS = Pattern.compile("[\\p{Cc}\\p{Cf}]");

    private Frames() {}

    static void preface(ByteBuffer to) {
        to.put(Protocol.MAGIC).put((byte) Protocol.VERSION).put((byte) Protocol.VERSION);
    }

    static void header(ByteBuffer to, FrameType type, int flow, int length) {
        to.putInt(length << 8 | type.code()).putInt(flow);
    }

    /** Begins a frame whose length is not known yet; {@link #end} needs what this gives. */
    static int begin(ByteBuffer to, FrameType type, int flow) {
        header(to, type, flow, 0);
        return to.position() - Protocol.HEADER;
    }

    /** The payload ends here. */
    static void end(ByteBuffer to, int start) {
        int length = to.position() - start - Protocol.HEADER;
        to.putInt(start, length << 8 | to.getInt(start));
    }

    static void empty(ByteBuffer to, FrameType type, int flow) {
        header(to, type, flow, 0);
    }

    static void text(ByteBuffer to, FrameType type, int flow, int number, String text) {
        byte[] bytes = shortened(text).getBytes(StandardCharsets.UTF_8);
        header(to, type, flow, 4 + bytes.length);
        to.putInt(number).put(bytes);
    }

    private static String shortened(String text) {
        return text.length() > MOST_TEXT / 4 ? text.substring(0, MOST_TEXT / 4) : text;
    }

    static void number(ByteBuffer to, FrameType type, long number) {
        header(to, type, 0, 8);
        to.putLong(number);
    }

    static void dictionary(ByteBuffer to, ByteBuffer message) {
        header(to, FrameType.DICTIONARY, 0, message.remaining());
        to.put(message);
    }

    static void generation(ByteBuffer to, int generation) {
        header(to, FrameType.CAPS_ACK, 0, 4);
        to.putInt(generation);
    }

    static void credit(ByteBuffer to, int flow, int encoded, int raw) {
        header(to, FrameType.CREDIT, flow, 8);
        to.putInt(encoded).putInt(raw);
    }

    static void creditBack(ByteBuffer to, int flow, int encoded) {
        header(to, FrameType.CREDIT_BACK, flow, 4);
        to.putInt(encoded);
    }

    /** A number and named values: HELLO, CAPS, OPEN. */
    static void pairs(ByteBuffer to, FrameType type, int flow, int number, Map<String, String> pairs) {
        int start = begin(to, type, flow);
        to.putInt(number);
        pairs.forEach((name, value) -> {
            byte[] n = name.getBytes(StandardCharsets.US_ASCII);
            byte[] v = value.getBytes(StandardCharsets.UTF_8);
            to.put((byte) n.length).put(n).putShort((short) v.length).put(v);
        });
        end(to, start);
    }

    /** The longest frame that {@link #pairs} makes of such values. */
    static int sizeOf(Map<String, String> pairs) {
        int size = Protocol.HEADER + 4;
        for (Map.Entry<String, String> pair : pairs.entrySet()) {
            size += 3 + pair.getKey().length() + 3 * pair.getValue().length();
        }
        return size;
    }

    static String readText(ByteBuffer payload) throws ProtocolError {
        if (payload.remaining() > MOST_TEXT) {
            throw new ProtocolError(Rule.FRAME_CONTENT, "a text of " + payload.remaining() + " bytes is too long");
        }
        String text = StandardCharsets.UTF_8.decode(payload).toString();
        // It will be shown to people: what steers terminals must not come through.
        return STEERS.matcher(text).replaceAll(" ");
    }

    static int readInt(ByteBuffer payload) throws ProtocolError {
        need(payload, 4);
        return payload.getInt();
    }

    static long readLong(ByteBuffer payload) throws ProtocolError {
        need(payload, 8);
        return payload.getLong();
    }

    static Map<String, String> readPairs(ByteBuffer payload) throws ProtocolError {
        Map<String, String> pairs = new LinkedHashMap<>();
        while (payload.hasRemaining()) {
            String name = readText(slice(payload, payload.get() & 0xFF));
            need(payload, 2);
            pairs.put(name, readText(slice(payload, payload.getShort() & 0xFFFF)));
            if (pairs.size() > MOST_PAIRS) {
                throw new ProtocolError(Rule.FRAME_CONTENT, "more than " + MOST_PAIRS + " named values");
            }
        }
        return pairs;
    }

    private static ByteBuffer slice(ByteBuffer payload, int length) throws ProtocolError {
        need(payload, length);
        ByteBuffer slice = payload.slice(payload.position(), length);
        payload.position(payload.position() + length);
        return slice;
    }

    static void need(ByteBuffer payload, int length) throws ProtocolError {
        if (payload.remaining() < length) {
            throw new ProtocolError(Rule.FRAME_CONTENT, "a frame ends before what it must carry");
        }
    }
}
