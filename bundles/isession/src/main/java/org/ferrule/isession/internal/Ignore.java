package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;

/** For a connection of which nothing is believed, and which is being ended. */
enum Ignore implements StreamHandler {
    INSTANCE;

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
