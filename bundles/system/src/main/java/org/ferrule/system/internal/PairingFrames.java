package org.ferrule.system.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Puts messages together from the bytes of a stream. Holds at most one message. */
final class PairingFrames {
    private static final int LENGTH_BYTES = 2;

    private final ByteBuffer held = ByteBuffer.allocate(LENGTH_BYTES + PairingMessage.MAX_BYTES);

    /**
     * Takes all bytes.
     *
     * @return the messages that are whole now, in order
     * @throws PairingException if a length is 0 or too large, or a message is damaged
     */
    List<PairingMessage> feed(ByteBuffer data) throws PairingException {
        List<PairingMessage> messages = new ArrayList<>();
        while (data.hasRemaining()) {
            held.put(data.get());
            if (held.position() >= LENGTH_BYTES && held.position() == LENGTH_BYTES + length()) {
                byte[] message = new byte[length()];
                held.get(LENGTH_BYTES, message);
                held.clear();
                messages.add(PairingMessage.decode(message));
            }
        }
        return messages;
    }

    private int length() throws PairingException {
        int length = Short.toUnsignedInt(held.getShort(0));
        if (length == 0 || length > PairingMessage.MAX_BYTES) {
            throw new PairingException("a message of " + length + " bytes was announced; 1 to "
                    + PairingMessage.MAX_BYTES + " are allowed");
        }
        return length;
    }

    /** The message as it goes over the stream. */
    static ByteBuffer frame(PairingMessage message) {
        byte[] bytes = message.encode();
        return ByteBuffer.allocate(LENGTH_BYTES + bytes.length)
                .putShort((short) bytes.length)
                .put(bytes)
                .flip();
    }
}
