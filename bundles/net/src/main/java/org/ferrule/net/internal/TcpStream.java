package org.ferrule.net.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.ferrule.memory.Admission;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.CloseReason.Kind;
import org.ferrule.stream.StreamHandler;
import org.ferrule.stream.TcpSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TCP connection as a stream. On the thread of its loop, all of it; while it moves it is still its old loop's until the
 * channel has left the selector, then the new one's.
 */
final class TcpStream implements Movable {
    private static final Logger LOG = LoggerFactory.getLogger(TcpStream.class);

    private static final String STOPS = "the network module stops";

    private final SocketChannel channel;
    private final TimeOuts timeOuts;
    private final ConnectionCounts.Count count;
    private final InetSocketAddress remote;
    private final InetSocketAddress local;
    private final TcpInput input;
    private final TcpOutput output;

    /** What it was taken in by; null if it was opened from here. */
    private Admission admission;

    private Loop loop;
    private TcpSession session;
    private SelectionKey key;
    private StreamHandler handler;
    private long lastMoved = System.nanoTime();
    private boolean moving;
    private CloseReason closed;

    /** @param local whom the far end called, which need not be the socket's own address */
    TcpStream(SocketChannel channel, InetSocketAddress local, TcpSettings settings, LoopGroup loops)
            throws IOException {
        this.channel = channel;
        timeOuts = TimeOuts.of(settings);
        input = new TcpInput(this, channel);
        output = new TcpOutput(this, channel, settings, loops.options().linux());
        remote = (InetSocketAddress) channel.getRemoteAddress();
        this.local = local;
        count = loops.counts().of(settings.profile());
        count.opened();
    }

    /** One that was taken in when there was memory for it, which it gives back when it is over. */
    static TcpStream admitted(SocketChannel channel, InetSocketAddress local, TcpSettings settings, LoopGroup loops)
            throws IOException {
        TcpStream stream = new TcpStream(channel, local, settings, loops);
        stream.admission = loops.memory().connections();
        return stream;
    }

    /**
     * Gives the stream to a loop; {@code opened} runs there as soon as it is in. Any thread, which leaves it alone then.
     *
     * @throws IllegalStateException if the loop has ended
     */
    void enter(TcpService service, Loop target, Runnable opened) {
        loop = target;
        session = TcpSession.of(service, target, this, opened);
        target.take(session);
    }

    TcpSession session() {
        return session;
    }

    /** The loop takes it in. */
    void register(Loop owner) throws IOException {
        if (closed != null) {
            // It was reset on its way here.
            owner.remove(session);
            return;
        }
        moving = false;
        // One that was dialled from here is registered already.
        SelectionKey present = channel.keyFor(owner.selector());
        key = present != null ? present : channel.register(owner.selector(), 0);
        key.attach(this);
        key.interestOps((input.reads() ? SelectionKey.OP_READ : 0) | (queued() > 0 ? SelectionKey.OP_WRITE : 0));
        input.registered();
    }

    /** Runs what was to be done as soon as the loop has it. */
    void begin(Runnable opened) {
        if (closed == null) {
            guarded(opened);
        }
    }

    @Override
    public void move(TcpService service, Loop target, Runnable done) {
        if (moving) {
            throw new IllegalStateException("the stream of " + remote + " is being moved already");
        }
        if (closed != null) {
            return;
        }
        moving = true;
        key.interestOps(0);
        key.cancel();
        TcpSession before = session;
        session = null;
        loop.remove(before);
        new Move(service, this, channel, loop, target, done).awaitLeft();
    }

    /** The target takes nothing in any more, and no loop has the channel. */
    void strand(Loop from) {
        loop = from;
        session = null;
        close(new CloseReason(Kind.RESET_HERE, STOPS), true);
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("{} could not be closed", remote, e);
        }
    }

    /** MINA let the session go: because the stream was closed, or because the loop ends. */
    void destroy() throws IOException {
        if (closed == null) {
            close(new CloseReason(Kind.RESET_HERE, STOPS), true);
        }
        channel.close();
    }

    @Override
    public Loop loop() {
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
    public boolean pace(long bytesPerSecond) {
        return closed == null && output.pace(bytesPerSecond);
    }

    @Override
    public boolean unsentLowWaterMark(int bytes) {
        return closed == null && output.unsentLowWaterMark(bytes);
    }

    @Override
    public long bandwidth() {
        return closed == null ? output.bandwidth() : 0;
    }

    @Override
    public void vital() {
        output.vital();
    }

    @Override
    public long queued() {
        return output.queued();
    }

    @Override
    public void suspendRead() {
        input.suspend();
    }

    @Override
    public void resumeRead() {
        if (input.suspended() && closed == null && handler != null) {
            input.resume();
        }
    }

    /** Whether it is open, and on its loop. */
    boolean present() {
        return closed == null && !moving;
    }

    /** Reads on, if the handler does not know of a pause yet. */
    void readOn() {
        input.readOn();
    }

    void interest(int operation, boolean wanted) {
        if (moving || key == null || !key.isValid()) {
            return;
        }
        assert loop.inLoop() : "a selector that sleeps does not see what another thread changes";
        int now = key.interestOps();
        int next = wanted ? now | operation : now & ~operation;
        if (next != now) {
            key.interestOps(next);
        }
    }

    void ready(int operations) {
        if ((operations & SelectionKey.OP_CONNECT) != 0 && closed == null && !input.reads()) {
            close(new CloseReason(Kind.RESET_BY_PEER, "the connection broke while nobody read from it"), false);
        }
        if ((operations & SelectionKey.OP_WRITE) != 0 && closed == null) {
            output.drain();
        }
        if ((operations & SelectionKey.OP_READ) != 0) {
            input.read();
        }
    }

    void tellReceived(ByteBuffer data) {
        // Not guarded by a lambda: this is what happens most.
        try {
            handler.received(this, data);
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    void tellPaused() {
        try {
            handler.paused(this);
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    void tellInputEnded() {
        guarded(() -> handler.inputEnded(this));
    }

    private void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    /** A handler that throws is a defect; it costs its own connection and no other. */
    private void failed(Throwable defect) {
        LOG.error("the handler of {} failed", remote, defect);
        close(new CloseReason(Kind.RESET_HERE, "internal error"), true);
    }

    void broken(IOException e) {
        close(new CloseReason(Kind.RESET_BY_PEER, String.valueOf(e.getMessage())), false);
    }

    /** When bytes last went either way. */
    long lastMoved() {
        return lastMoved;
    }

    /** Bytes went either way. */
    void moved() {
        lastMoved = loop.coarseNow();
    }

    @Override
    public boolean write(ByteBuffer data) {
        if (closed != null) {
            data.position(data.limit());
            return true;
        }
        return output.write(data);
    }

    void tellWritable() {
        guarded(() -> handler.writable(this));
    }

    @Override
    public void shutdownOutput() {
        if (closed == null) {
            output.shutdown();
        }
    }

    void closeIfDone() {
        if (input.ended() && output.ended() && closed == null) {
            close(CloseReason.ORDERLY, false);
        }
    }

    @Override
    public void reset() {
        close(new CloseReason(Kind.RESET_HERE, ""), true);
    }

    void close(CloseReason reason, boolean withReset) {
        if (closed != null) {
            return;
        }
        if (!loop.inLoop()) {
            // It was moved, and its old loop did not know yet.
            loop.execute(() -> close(reason, withReset));
            return;
        }
        closed = reason;
        count.closed();
        output.drop();
        if (admission != null) {
            admission.ended();
        }
        if (withReset) {
            try {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException alreadyGone) {
                LOG.debug("{} is gone already", remote, alreadyGone);
            }
        }
        interest(SelectionKey.OP_READ | SelectionKey.OP_WRITE, false);
        if (session != null && !moving) {
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
        CloseReason late = timeOuts.passed(output, loop.coarseNow() - lastMoved);
        if (late != null) {
            close(late, true);
        } else if (unseen()) {
            loop.resets().add(this);
        }
    }

    /**
     * Whether it is in no selection, so that a reset would go unnoticed. When both ends have ended their output the kernel
     * tells the same as after a reset; from our end on, what the peer still does is seen when it is read again.
     */
    private boolean unseen() {
        return closed == null && !moving && !input.reads() && queued() == 0 && !output.ended();
    }

    /** Begins or ends being selected by the loop for errors only. Gives whether it is. */
    boolean watch(Loop asking, boolean wanted) {
        if (asking != loop) {
            // It has moved since it was to be looked at.
            return false;
        }
        boolean watched = wanted && unseen();
        interest(SelectionKey.OP_CONNECT, watched);
        return watched;
    }
}
