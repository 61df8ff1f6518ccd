package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;

/** For a connection of which nothing is believed, and which is being ended. */
enum Ignore implements StreamHandler {
    INSTANCE;

    /** Tells a peer that is not let in why, and ends the connection; the peer has a moment to read it. On its loop. */
    static void dismiss(Stream secured, String reason) {
        secured.handler(INSTANCE);
        ByteBuffer goodbye = ByteBuffer.allocate(1024);
        Frames.preface(goodbye);
        Frames.text(goodbye, FrameType.ERROR, 0, 1, reason);
        secured.write(goodbye.flip());
        secured.shutdownOutput();
        secured.loop().schedule(Duration.ofSeconds(1), secured::reset);
    }

    @Override
    public void received(Stream stream, ByteBuffer data) {
        data.position(data.limit());
    }

    @Override
    public void inputEnded(Stream stream) {
        stream.shutdownOutput();
    }

    @Override
    public void closed(Stream stream, CloseReason reason) {
        // That was wanted.
    }
}
