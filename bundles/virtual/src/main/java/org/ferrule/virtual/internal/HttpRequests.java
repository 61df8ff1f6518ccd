package org.ferrule.virtual.internal;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.ferrule.memory.MemoryAccount;

/**
 * What one client sends, on its way to the server: the head of each HTTP request is made to ask for content as it is, all
 * else passes as it comes. On the loop of the client's stream.
 *
 * <p>No more than an incomplete head is ever held back. Once it is not certain where a request ends, or what follows it, the
 * rest of the connection passes unseen: a head that is made out in the wrong place would be a request that the client never
 * sent (request smuggling).
 *
 * <p>A request for a range is changed as any other: then all that a client gets through here is of the same representation,
 * and what it may hold of a compressed one has another validator, which makes the server send the whole.
 */
final class HttpRequests {
    private enum State {
        HEAD,
        BODY,
        CHUNKED_BODY,
        UNSEEN
    }

    private final HttpCounters counters;
    private final Consumer<ByteBuffer> server;
    private final RequestHead head;
    private final ChunkedBody chunks = new ChunkedBody();
    private State state = State.HEAD;
    private long bodyLeft;

    /**
     * Begins before the first byte.
     *
     * @param memory pays for heads that are held
     * @param server takes what passes; the buffer is lent to it for the call, and it takes all of it
     */
    HttpRequests(HttpCounters counters, MemoryAccount memory, Consumer<ByteBuffer> server) {
        head = new RequestHead(memory);
        this.counters = counters;
        this.server = server;
    }

    /** Passes on all bytes that remain in the buffer, or holds them: they are an incomplete head then. */
    void received(ByteBuffer data) {
        while (data.hasRemaining()) {
            switch (state) {
                case HEAD -> head(data);
                case BODY -> body(data);
                case CHUNKED_BODY -> chunkedBody(data);
                default -> server.accept(data);
            }
        }
    }

    /** The client sends no more: what is held passes as it is. */
    void ended() {
        if (head.length() > 0) {
            server.accept(head.held());
            head.clear();
        }
    }

    /** The connection is over: what is held is lost. */
    void close() {
        head.clear();
    }

    private void head(ByteBuffer data) {
        int start = data.position();
        boolean begun = head.length() > 0;
        switch (head.add(data)) {
            case WHOLE -> request();
            case NONE -> {
                unseen();
                if (begun) {
                    server.accept(head.held());
                } else {
                    // It is all still there: one write is enough for it and what follows.
                    data.position(start);
                }
                head.clear();
            }
            default -> {
                // The rest is on its way.
            }
        }
    }

    private void request() {
        counters.requests.increment();
        if (head.askForIdentity()) {
            counters.changed.increment();
        }
        server.accept(head.held());
        bodyLeft = head.bodyLength();
        if (head.endsHere()) {
            unseen();
        } else if (head.chunked()) {
            chunks.begin();
            state = State.CHUNKED_BODY;
        } else if (bodyLeft > 0) {
            state = State.BODY;
        }
        head.clear();
    }

    private void unseen() {
        state = State.UNSEEN;
        counters.unseen.increment();
    }

    private void body(ByteBuffer data) {
        int size = (int) Math.min(bodyLeft, data.remaining());
        pass(data, data.position(), data.position() + size);
        bodyLeft -= size;
        if (bodyLeft == 0) {
            state = State.HEAD;
        }
    }

    private void chunkedBody(ByteBuffer data) {
        int start = data.position();
        switch (chunks.pass(data)) {
            case OVER -> {
                pass(data, start, data.position());
                state = State.HEAD;
            }
            case BROKEN -> {
                data.position(start);
                unseen();
            }
            default -> pass(data, start, data.position());
        }
    }

    private void pass(ByteBuffer data, int from, int to) {
        int limit = data.limit();
        data.position(from).limit(to);
        server.accept(data);
        data.limit(limit).position(to);
    }
}
