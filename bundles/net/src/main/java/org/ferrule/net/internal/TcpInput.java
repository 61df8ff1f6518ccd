package org.ferrule.net.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** The receiving half of a {@link TcpStream}: reads while that is wanted, and tells pauses and the end. On the stream's loop. */
final class TcpInput {
    /** Full buffers read from one connection before others get their turn. */
    private static final int BURST = 4;

    private final TcpStream stream;
    private final SocketChannel channel;
    private boolean suspended = true;
    private boolean ended;

    /** Bytes were delivered, and the handler does not know yet that no more follow at once. */
    private boolean owesPause;

    TcpInput(TcpStream stream, SocketChannel channel) {
        this.stream = stream;
        this.channel = channel;
    }

    /** Whether bytes are wanted, and may come. */
    boolean reads() {
        return !suspended && !ended;
    }

    boolean suspended() {
        return suspended;
    }

    boolean ended() {
        return ended;
    }

    /** The loop has the stream. */
    void registered() {
        if (owesPause && reads()) {
            stream.loop().readSoon(stream);
        }
    }

    void suspend() {
        suspended = true;
        stream.interest(SelectionKey.OP_READ, false);
    }

    void resume() {
        suspended = false;
        stream.interest(SelectionKey.OP_READ, reads());
        if (owesPause) {
            stream.loop().readSoon(stream);
        }
    }

    /** Reads without being told that there is something: if there is not, the handler learns of the pause. */
    void readOn() {
        if (owesPause) {
            read();
        }
    }

    /** Reads, if that is wanted and the stream is where it belongs. */
    void read() {
        for (int i = 0; i < BURST && reads() && stream.present(); i++) {
            ByteBuffer buffer = stream.loop().memory().readBuffer();
            int n;
            try {
                n = channel.read(buffer);
            } catch (IOException e) {
                stream.broken(e);
                return;
            }
            if (n < 0) {
                end();
                return;
            }
            if (n == 0) {
                break;
            }
            stream.moved();
            boolean more = !buffer.hasRemaining();
            owesPause = true;
            stream.tellReceived(buffer.flip());
            if (!more) {
                break;
            }
        }
        if (reads() && stream.present()) {
            owesPause = false;
            stream.tellPaused();
        }
    }

    private void end() {
        ended = true;
        stream.interest(SelectionKey.OP_READ, false);
        stream.tellInputEnded();
        stream.closeIfDone();
    }
}
