package org.ferrule.virtual.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;

/** A client or a server at the outer end of a stream: keeps what it reads, and stops reading after so many bytes. */
final class Peer implements StreamHandler {
    final FakeStream stream;
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private final int most;
    private int since;
    boolean inputEnded;

    Peer(FakeStream stream) {
        this(stream, Integer.MAX_VALUE);
    }

    Peer(FakeStream stream, int most) {
        this.stream = stream;
        this.most = most;
        stream.marks(Integer.MAX_VALUE, 1 << 14).handler(this);
    }

    void send(byte[] data) {
        stream.write(ByteBuffer.wrap(data));
    }

    void send(String text) {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    byte[] bytes() {
        return read.toByteArray();
    }

    String text() {
        return read.toString(StandardCharsets.ISO_8859_1);
    }

    boolean wasReset() {
        return stream.closed() && stream.ended().kind() == CloseReason.Kind.RESET_BY_PEER;
    }

    void goOn() {
        since = 0;
        stream.resumeRead();
    }

    @Override
    public void received(Stream from, ByteBuffer data) {
        since += data.remaining();
        while (data.hasRemaining()) {
            read.write(data.get());
        }
        if (since >= most) {
            stream.suspendRead();
        }
    }

    @Override
    public void inputEnded(Stream from) {
        inputEnded = true;
    }

    @Override
    public void closed(Stream from, CloseReason reason) {
        // The stream knows.
    }
}
