package org.ferrule.virtual.internal;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.ferrule.memory.MemoryAccount;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;

/**
 * Joins two streams so that they behave like two sockets connected to each other: data both ways, a slow reader slows its
 * writer, half-close stays half-close, a reset stays a reset. The server side may come later than the client's, and may be
 * taken back as long as nothing was answered. On the loop of both streams.
 */
final class Proxy {
    /** What is kept of a client's first bytes so that another server can have them (data-plane rule: 64 KB at most). */
    private static final int MOST_KEPT = 1 << 16;

    private static final int FIRST_KEPT = 1 << 12;

    private final Stream client;
    private final MemoryAccount memory;
    private final Watcher watcher;

    /** What all that the client sends goes through; null for nothing. */
    private final HttpRequests requests;

    private final ClientSide clientSide = new ClientSide();
    private Stream server;
    private ByteBuffer kept;
    private boolean keeping;
    private boolean clientInputEnded;
    private boolean clientClosed;
    private boolean serverClosed;
    private boolean over;
    private long toServer;
    private long toClient;

    /** Is told what becomes of the connection while it goes on; on its loop. */
    interface Watcher {
        /** So many bytes of the client's go to the server. */
        void toServer(int bytes);

        /** So many bytes of the server's go to the client. */
        void toClient(int bytes);

        /** Both sides are over, or the client is and no server ever was. Once. */
        void ended();
    }

    /**
     * Holds the client until a server side is there.
     *
     * @param identity counts the requests, which are to ask for content as it is; empty where bytes pass as they are
     * @param memory pays for what is held
     * @param watcher who joins the two
     */
    Proxy(Stream client, Optional<HttpCounters> identity, MemoryAccount memory, Watcher watcher) {
        this.client = client;
        this.memory = memory;
        requests = identity.map(counters -> new HttpRequests(counters, memory, this::pass))
                .orElse(null);
        this.watcher = watcher;
        client.handler(clientSide);
        client.suspendRead();
    }

    /**
     * Joins the server side.
     *
     * @param mayReturn whether the server side may still be taken back, so that the first bytes must be kept
     */
    void attach(Stream stream, boolean mayReturn) {
        server = stream;
        keeping = mayReturn;
        if (over || clientClosed) {
            stream.handler(new ServerSide(stream));
            stream.reset();
            return;
        }
        stream.handler(new ServerSide(stream));
        boolean more = true;
        if (kept != null) {
            ByteBuffer again = kept.duplicate().flip();
            more = stream.write(again);
            stream.flush();
            if (!mayReturn) {
                forget();
            }
        }
        if (clientInputEnded) {
            stream.shutdownOutput();
        }
        if (more) {
            client.resumeRead();
        }
    }

    /** Takes the server side back, if nothing of it reached the client and all that was sent to it is kept. */
    boolean takeBack(Stream stream) {
        if (stream != server || !keeping || toClient > 0 || clientClosed || over) {
            return false;
        }
        server = null;
        keeping = false;
        client.suspendRead();
        return true;
    }

    boolean over() {
        return over;
    }

    long toServer() {
        return toServer;
    }

    long toClient() {
        return toClient;
    }

    /** On to the server, or to what is kept for it. */
    private void pass(ByteBuffer data) {
        toServer += data.remaining();
        watcher.toServer(data.remaining());
        if (server == null) {
            // It was being read when its server side was taken back.
            if (!keep(data)) {
                client.reset();
            }
            data.position(data.limit());
            return;
        }
        if (keeping) {
            keep(data);
        }
        if (!server.write(data)) {
            client.suspendRead();
        }
    }

    /** Gives false if it is more than may be kept, or than memory is left for: then nothing is. */
    private boolean keep(ByteBuffer data) {
        int held = kept == null ? 0 : kept.position();
        boolean fits = held + data.remaining() <= MOST_KEPT;
        if (fits && (kept == null || kept.remaining() < data.remaining())) {
            int size = Math.min(MOST_KEPT, Math.max(FIRST_KEPT, 2 * (held + data.remaining())));
            fits = memory.reserveForNew(size);
            if (fits) {
                ByteBuffer larger = ByteBuffer.allocate(size);
                if (kept != null) {
                    larger.put(kept.flip());
                    memory.release(kept.capacity());
                }
                kept = larger;
            }
        }
        if (!fits) {
            forget();
            return false;
        }
        kept.put(data.duplicate());
        return true;
    }

    /** No other server can have the client's first bytes any more. */
    private void forget() {
        keeping = false;
        if (kept != null) {
            memory.release(kept.capacity());
            kept = null;
        }
    }

    private void finishIfOver() {
        if (!over && clientClosed && (server == null || serverClosed)) {
            over = true;
            forget();
            if (requests != null) {
                requests.close();
            }
            watcher.ended();
        }
    }

    private final class ClientSide implements StreamHandler {
        @Override
        public void received(Stream stream, ByteBuffer data) {
            if (requests == null) {
                pass(data);
            } else {
                requests.received(data);
            }
        }

        @Override
        public void inputEnded(Stream stream) {
            if (requests != null) {
                requests.ended();
            }
            clientInputEnded = true;
            if (server != null) {
                server.shutdownOutput();
            }
        }

        @Override
        public void writable(Stream stream) {
            if (server != null) {
                server.resumeRead();
            }
        }

        @Override
        public void paused(Stream stream) {
            if (server != null) {
                server.flush();
            }
        }

        @Override
        public void closed(Stream stream, CloseReason reason) {
            clientClosed = true;
            if (server != null && reason.abnormal() && !server.closed()) {
                server.reset();
            }
            finishIfOver();
        }
    }

    private final class ServerSide implements StreamHandler {
        private final Stream stream;

        ServerSide(Stream stream) {
            this.stream = stream;
        }

        @Override
        public void received(Stream from, ByteBuffer data) {
            if (stream != server) {
                return;
            }
            forget();
            toClient += data.remaining();
            watcher.toClient(data.remaining());
            if (!client.write(data)) {
                stream.suspendRead();
            }
        }

        @Override
        public void inputEnded(Stream from) {
            if (stream == server) {
                forget();
                client.shutdownOutput();
            }
        }

        @Override
        public void writable(Stream from) {
            if (stream == server) {
                client.resumeRead();
            }
        }

        @Override
        public void paused(Stream from) {
            if (stream == server) {
                client.flush();
            }
        }

        @Override
        public void closed(Stream from, CloseReason reason) {
            if (stream != server) {
                return;
            }
            serverClosed = true;
            if (reason.abnormal() && !client.closed()) {
                client.reset();
            }
            finishIfOver();
        }
    }
}
