package org.ferrule.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;

/**
 * A client or a server at the outer end of a stream: sends without regard for back-pressure, keeps what it reads, and stops
 * reading after so many bytes. Texts are ISO 8859-1: a character a byte.
 */
public final class Peer implements StreamHandler {
    /** The end of the connection that is this peer's. */
    public final FakeStream stream;

    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private final int most;
    private int since;
    private boolean inputEnded;

    /** A peer that reads all. */
    public Peer(FakeStream stream) {
        this(stream, Integer.MAX_VALUE);
    }

    /** A peer that stops reading after so many bytes, until {@link #goOn}. */
    public Peer(FakeStream stream, int most) {
        this.stream = stream;
        this.most = most;
        stream.high(Integer.MAX_VALUE).handler(this);
    }

    /** Sends bytes. */
    public void send(byte[] data) {
        stream.write(ByteBuffer.wrap(data));
    }

    /** Sends a text. */
    public void send(String text) {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** What was read so far. */
    public byte[] bytes() {
        return read.toByteArray();
    }

    /** What was read so far. */
    public String text() {
        return read.toString(StandardCharsets.ISO_8859_1);
    }

    /** Whether the other end has ended its output. */
    public boolean inputEnded() {
        return inputEnded;
    }

    /** Whether the other end has reset the connection. */
    public boolean wasReset() {
        return stream.closed() && stream.ended().kind() == CloseReason.Kind.RESET_BY_PEER;
    }

    /** Reads on. */
    public void goOn() {
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
