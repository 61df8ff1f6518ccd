package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.ferrule.memory.DirectChunks;
import org.ferrule.memory.Level;

/**
 * Gives raw bytes of a flow to its reader: all at once as a rule; where memory is scarce in pieces that fit into what each
 * connection has, and only as long as it takes them. The rest of a block waits here. On the fibre's loop.
 */
final class Unread {
    /** Whatever stands between here and the reader's connection adds a little. */
    private static final int PIECE = DirectChunks.SMALL - 256;

    private final FibreMemory memory;
    private final Consumer<ByteBuffer> reader;
    private final BooleanSupplier takes;
    private ByteBuffer rest;

    /** @param takes whether the reader takes more now */
    Unread(FibreMemory memory, Consumer<ByteBuffer> reader, BooleanSupplier takes) {
        this.memory = memory;
        this.reader = reader;
        this.takes = takes;
    }

    /** Whether something waits. */
    boolean waits() {
        return rest != null;
    }

    /** Gives all of it, or keeps what is not taken. Nothing waits. */
    void give(ByteBuffer raw) {
        if (memory.queues().level() != Level.SCARCE) {
            reader.accept(raw);
            return;
        }
        inPieces(raw);
        if (raw.hasRemaining()) {
            rest = ByteBuffer.allocate(raw.remaining()).put(raw).flip();
            memory.unread().take(rest.capacity());
        }
    }

    /** Gives what waits, as far as it is taken. */
    void goOn() {
        inPieces(rest);
        if (!rest.hasRemaining()) {
            forget();
        }
    }

    private void inPieces(ByteBuffer raw) {
        while (raw.hasRemaining() && takes.getAsBoolean()) {
            int size = Math.min(PIECE, raw.remaining());
            ByteBuffer piece = raw.slice(raw.position(), size);
            raw.position(raw.position() + size);
            reader.accept(piece);
        }
    }

    /** Nobody reads it any more. */
    void forget() {
        if (rest != null) {
            memory.unread().release(rest.capacity());
            rest = null;
        }
    }
}
