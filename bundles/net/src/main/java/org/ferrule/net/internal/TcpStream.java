package org.ferrule.net.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.CloseReason.Kind;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;
import org.ferrule.stream.TcpSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A TCP connection as a stream. On the thread of its loop, all of it. */
final class TcpStream implements Stream {
    private static final Logger LOG = LoggerFactory.getLogger(TcpStream.class);

    /** Full buffers read from one connection before others get their turn. */
    private static final int BURST = 4;

    /** What a probe for a reset may read of a suspended connection, once a second and in all. */
    private static final int PROBE = 256;

    private static final int HELD = 16 * PROBE;
    private static final int RUNAWAY = 4;

    private final SocketChannel channel;
    private final TcpSettings settings;
    private final InetSocketAddress remote;
    private final InetSocketAddress local;
    private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>();
    private Loop loop;
    private TcpSession session;
    private SelectionKey key;
    private StreamHandler handler;
    private ByteBuffer held;
    private long queued;
    private long lastMoved;
    private long blockedSince;
    private boolean suspended = true;
    private boolean overHigh;
    private boolean inputEnded;
    private boolean outputEnding;
    private boolean outputEnded;
    private CloseReason closed;

    TcpStream(SocketChannel channel, TcpSettings settings) throws IOException {
        this.channel = channel;
        this.settings = settings;
        remote = (InetSocketAddress) channel.getRemoteAddress();
        local = (InetSocketAddress) channel.getLocalAddress();
    }

    /** Options that are the same for both ends of a connection. */
    static void configure(SocketChannel channel, TcpSettings settings) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, !settings.nagle());
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, settings.keepAlive());
        if (settings.sendBuffer() > 0) {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, settings.sendBuffer());
        }
        if (settings.receiveBuffer() > 0) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, settings.receiveBuffer());
        }
    }

    /** Gives the stream to a loop; {@code opened} runs there as soon as it is in. Any thread. */
    void enter(TcpService service, Loop target, Runnable opened) {
        session = TcpSession.of(service, target, this, opened);
        target.add(session);
    }

    TcpSession session() {
        return session;
    }

    void register(Loop owner) throws IOException {
        loop = owner;
        lastMoved = owner.coarseNow();
        // One that was dialled from here is registered already.
        SelectionKey present = channel.keyFor(owner.selector());
        if (present != null) {
            present.attach(this);
            present.interestOps(0);
        }
        key = present != null ? present : channel.register(owner.selector(), 0, this);
    }

    /** Leaves its loop without being closed; {@code left} runs when another may have the channel. For a move. */
    void leave(Runnable left) {
        TcpSession before = session;
        session = null;
        key.cancel();
        loop.remove(before);
        awaitUnregistered(left);
    }

    /** A cancelled key goes when its selector selects next. */
    private void awaitUnregistered(Runnable left) {
        loop.execute(() -> {
            if (channel.isRegistered()) {
                awaitUnregistered(left);
            } else {
                left.run();
            }
        });
    }

    /** MINA let the session go: because the stream was closed, or because the loop ends. */
    void destroy() throws IOException {
        if (closed == null) {
            close(new CloseReason(Kind.RESET_HERE, "the network module stops"), true);
        }
        channel.close();
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public void handler(StreamHandler next) {
        boolean first = handler == null;
        handler = next;
        if (first) {
            resumeRead();
        }
    }

    @Override
    public boolean closed() {
        return closed != null;
    }

    @Override
    public long queued() {
        return queued;
    }

    @Override
    public void suspendRead() {
        suspended = true;
        interest(SelectionKey.OP_READ, false);
    }

    @Override
    public void resumeRead() {
        if (!suspended || closed != null || handler == null) {
            return;
        }
        suspended = false;
        if (held != null) {
            loop.execute(this::deliverHeld);
        } else {
            interest(SelectionKey.OP_READ, !inputEnded);
        }
    }

    private void deliverHeld() {
        if (suspended || closed != null || held == null) {
            return;
        }
        ByteBuffer early = held.flip();
        held = null;
        deliver(early);
        if (!suspended && closed == null) {
            interest(SelectionKey.OP_READ, !inputEnded);
        }
    }

    private void interest(int operation, boolean wanted) {
        if (key == null || !key.isValid()) {
            return;
        }
        int now = key.interestOps();
        int next = wanted ? now | operation : now & ~operation;
        if (next != now) {
            key.interestOps(next);
        }
    }

    void ready(int operations) {
        if ((operations & SelectionKey.OP_WRITE) != 0 && closed == null) {
            drain();
        }
        if ((operations & SelectionKey.OP_READ) != 0 && closed == null && !suspended) {
            read();
        }
    }

    private void read() {
        for (int i = 0; i < BURST; i++) {
            ByteBuffer buffer = loop.readBuffer();
            int n;
            try {
                n = channel.read(buffer);
            } catch (IOException e) {
                broken(e);
                return;
            }
            if (n < 0) {
                endInput();
                return;
            }
            if (n == 0) {
                break;
            }
            lastMoved = loop.coarseNow();
            boolean more = !buffer.hasRemaining();
            deliver(buffer.flip());
            if (closed != null || suspended) {
                return;
            }
            if (!more) {
                break;
            }
        }
        guarded(() -> handler.paused(this));
    }

    private void deliver(ByteBuffer data) {
        guarded(() -> handler.received(this, data));
    }

    /** A handler that throws is a defect; it costs its own connection and no other. */
    private void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | LinkageError e) {
            LOG.error("the handler of {} failed", remote, e);
            close(new CloseReason(Kind.RESET_HERE, "internal error"), true);
        }
    }

    private void endInput() {
        inputEnded = true;
        interest(SelectionKey.OP_READ, false);
        guarded(() -> handler.inputEnded(this));
        closeIfDone();
    }

    private void broken(IOException e) {
        close(new CloseReason(Kind.RESET_BY_PEER, String.valueOf(e.getMessage())), false);
    }

    @Override
    public boolean write(ByteBuffer data) {
        if (closed != null || outputEnding) {
            data.position(data.limit());
            return true;
        }
        if (queue.isEmpty() && !writeNow(data)) {
            data.position(data.limit());
            return true;
        }
        if (data.hasRemaining()) {
            enqueue(data);
        }
        return !overHigh;
    }

    private boolean writeNow(ByteBuffer data) {
        try {
            if (channel.write(data) > 0) {
                lastMoved = loop.coarseNow();
            }
            return true;
        } catch (IOException e) {
            broken(e);
            return false;
        }
    }

    private void enqueue(ByteBuffer data) {
        if (queue.isEmpty()) {
            blockedSince = loop.coarseNow();
            interest(SelectionKey.OP_WRITE, true);
        }
        queued += data.remaining();
        ByteBuffer tail = queue.peekLast();
        while (data.hasRemaining()) {
            if (tail == null || tail.limit() == tail.capacity()) {
                tail = loop.chunks().take().limit(0);
                queue.add(tail);
            }
            // A chunk is readable from position to limit, and has room from limit to capacity.
            int n = Math.min(data.remaining(), tail.capacity() - tail.limit());
            int end = tail.limit();
            tail.limit(end + n).put(end, data, data.position(), n);
            data.position(data.position() + n);
        }
        overHigh |= queued >= settings.queueHigh();
        if (queued > (long) RUNAWAY * settings.queueHigh()) {
            close(new CloseReason(Kind.RESET_HERE, "the queue grew past " + RUNAWAY + " times its high mark"), true);
        }
    }

    private void drain() {
        while (!queue.isEmpty()) {
            ByteBuffer head = queue.peek();
            int before = head.remaining();
            if (!writeNow(head)) {
                return;
            }
            int written = before - head.remaining();
            queued -= written;
            blockedSince = written > 0 ? loop.coarseNow() : blockedSince;
            if (head.hasRemaining()) {
                break;
            }
            loop.chunks().give(queue.poll());
        }
        if (queue.isEmpty()) {
            interest(SelectionKey.OP_WRITE, false);
            if (outputEnding) {
                endOutput();
                return;
            }
        }
        if (overHigh && queued <= settings.queueLow()) {
            overHigh = false;
            guarded(() -> handler.writable(this));
        }
    }

    @Override
    public void shutdownOutput() {
        if (closed == null && !outputEnding) {
            outputEnding = true;
            if (queue.isEmpty()) {
                endOutput();
            }
        }
    }

    private void endOutput() {
        try {
            channel.shutdownOutput();
            outputEnded = true;
            closeIfDone();
        } catch (IOException e) {
            broken(e);
        }
    }

    private void closeIfDone() {
        if (inputEnded && outputEnded && closed == null) {
            close(CloseReason.ORDERLY, false);
        }
    }

    @Override
    public void reset() {
        close(new CloseReason(Kind.RESET_HERE, ""), true);
    }

    private void close(CloseReason reason, boolean withReset) {
        if (closed != null) {
            return;
        }
        closed = reason;
        while (!queue.isEmpty()) {
            loop.chunks().give(queue.poll());
        }
        queued = 0;
        if (withReset) {
            try {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException alreadyGone) {
                LOG.debug("{} is gone already", remote, alreadyGone);
            }
        }
        interest(SelectionKey.OP_READ | SelectionKey.OP_WRITE, false);
        if (session != null) {
            loop.remove(session);
        }
        // Later, so that whoever is in the middle of a call on this stream has returned from it.
        loop.execute(() -> {
            if (handler != null) {
                handler.closed(this, reason);
            }
        });
    }

    /** Once a second: time-outs, and a look at connections that are not being read. */
    void tick() {
        if (closed != null) {
            return;
        }
        long now = loop.coarseNow();
        long idle = settings.idleTimeout().toNanos();
        long zeroWindow = settings.zeroWindowTimeout().toNanos();
        if (zeroWindow > 0 && !queue.isEmpty() && now - blockedSince > zeroWindow) {
            close(new CloseReason(Kind.TIMED_OUT, "the peer took nothing for " + settings.zeroWindowTimeout()), true);
        } else if (idle > 0 && now - lastMoved > idle) {
            close(new CloseReason(Kind.TIMED_OUT, "nothing moved for " + settings.idleTimeout()), true);
        } else if (suspended && !inputEnded && handler != null) {
            probe();
        }
    }

    /** The selector does not tell of a reset while nobody wants to read: a small read does. */
    private void probe() {
        if (held == null) {
            held = ByteBuffer.allocate(HELD);
        }
        if (!held.hasRemaining()) {
            return;
        }
        try {
            int most = Math.min(held.capacity(), held.position() + PROBE);
            int n = channel.read(held.limit(most));
            held.limit(held.capacity());
            if (n < 0) {
                inputEnded = true;
                loop.execute(this::endAfterHeld);
            }
        } catch (IOException e) {
            broken(e);
            return;
        }
        if (held.position() == 0) {
            held = null;
        }
    }

    /** The end of input was found by a probe: it is told when what was held has been delivered. */
    private void endAfterHeld() {
        if (closed != null) {
            return;
        }
        if (held != null && held.position() > 0) {
            loop.schedule(java.time.Duration.ofMillis(50), this::endAfterHeld);
            return;
        }
        guarded(() -> handler.inputEnded(this));
        closeIfDone();
    }
}
