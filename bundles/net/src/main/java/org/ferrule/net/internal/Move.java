package org.ferrule.net.internal;

import java.nio.channels.SocketChannel;

/**
 * Takes a TCP stream to another loop. On the old one until its selector has let go of the channel, which takes a
 * selection; then the target takes the stream in as it takes in new ones.
 */
final class Move {
    private final TcpService service;
    private final TcpStream stream;
    private final SocketChannel channel;
    private final Loop from;
    private final Loop target;
    private final Runnable done;

    Move(TcpService service, TcpStream stream, SocketChannel channel, Loop from, Loop target, Runnable done) {
        this.service = service;
        this.stream = stream;
        this.channel = channel;
        this.from = from;
        this.target = target;
        this.done = done;
    }

    /** The stream's key is cancelled; it goes when the selector selects next. */
    void awaitLeft() {
        from.execute(() -> {
            if (channel.isRegistered()) {
                awaitLeft();
            } else {
                handOver();
            }
        });
    }

    private void handOver() {
        try {
            // The last that this thread does with the stream.
            stream.enter(service, target, done);
        } catch (IllegalStateException stopping) {
            stream.strand(from);
        }
    }
}
