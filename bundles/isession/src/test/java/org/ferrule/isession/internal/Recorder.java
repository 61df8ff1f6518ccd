package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;

/** Keeps what happens on a stream, and sees to it that nothing happens after its end. */
final class Recorder implements StreamHandler {
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    final List<CloseReason> closed = new ArrayList<>();
    int inputEnds;
    int writables;
    int pauses;
    int unpaused;
    Consumer<Stream> onReceived = stream -> {};

    byte[] bytes() {
        return received.toByteArray();
    }

    int size() {
        return received.size();
    }

    private void alive() {
        assertTrue(closed.isEmpty(), "closed must be the last call");
    }

    @Override
    public void received(Stream stream, ByteBuffer data) {
        alive();
        unpaused += data.remaining();
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        received.writeBytes(bytes);
        onReceived.accept(stream);
    }

    @Override
    public void inputEnded(Stream stream) {
        alive();
        inputEnds++;
    }

    @Override
    public void writable(Stream stream) {
        alive();
        writables++;
    }

    @Override
    public void paused(Stream stream) {
        alive();
        pauses++;
        unpaused = 0;
    }

    @Override
    public void closed(Stream stream, CloseReason reason) {
        alive();
        closed.add(reason);
    }
}
