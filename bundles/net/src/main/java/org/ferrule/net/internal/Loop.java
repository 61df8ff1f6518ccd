package org.ferrule.net.internal;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.mina.core.buffer.IoBuffer;
import org.apache.mina.core.file.FileRegion;
import org.apache.mina.core.polling.AbstractPollingIoProcessor;
import org.apache.mina.core.session.SessionState;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Network;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop: a MINA processor that serves its connections itself while it selects, so that bytes go from channel to
 * handler through one buffer of the loop, with no object made on the way. MINA gives it its thread, takes sessions in
 * and lets them go.
 */
final class Loop extends AbstractPollingIoProcessor<TcpSession> implements EventLoop {
    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

    private static final int LAST_ROUNDS = 16;
    private static final long TICK = TimeUnit.SECONDS.toNanos(1);

    private final Network network;
    private final int index;
    private final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Timers timers = new Timers();
    private final LoopMemory memory;
    private final TlsScratch tls;
    private final ResetWatch resets = new ResetWatch(this);
    private final ArrayDeque<TcpStream> resumed = new ArrayDeque<>();
    private final Set<TcpSession> sessions = Collections.newSetFromMap(new IdentityHashMap<>());

    /** Those on their way here count already, so that connections that come together do not all go the same way. */
    private final AtomicInteger streams = new AtomicInteger();

    /** Set once, by the loop itself; others only compare it with themselves. */
    private volatile Thread thread;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private long now = System.nanoTime();
    private boolean again;

    /** What waits for a key of the selector that is not a session: an accepting or a connecting channel. */
    interface Ready {
        void ready(SelectionKey key);

        /** The loop ends. */
        default void stopped() {}
    }

    Loop(Network network, int index, NetMemory memory, Executor executor) throws IOException {
        super(executor);
        this.network = network;
        this.index = index;
        this.memory = new LoopMemory(memory);
        tls = new TlsScratch(memory.tls());
        selector = Selector.open();
    }

    /** Starts the thread. The anchor, a session without a connection, keeps MINA from ending it when there is no other. */
    void start(TcpService service) {
        add(TcpSession.anchor(service, this));
        execute(this::tick);
    }

    @Override
    public Network network() {
        return network;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        wakeup();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        if (inLoop()) {
            return timers.add(System.nanoTime() + delay.toNanos(), task);
        }
        Timer[] timer = new Timer[1];
        execute(() -> timer[0] = timers.add(System.nanoTime() + delay.toNanos(), task));
        return () -> timer[0].cancel();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long processorNanos() {
        return threads.isCurrentThreadCpuTimeSupported() ? threads.getCurrentThreadCpuTime() : System.nanoTime();
    }

    @Override
    public int streams() {
        return streams.get();
    }

    /** Takes a stream in, soon. Any thread. */
    void take(TcpSession session) {
        streams.incrementAndGet();
        try {
            add(session);
        } catch (IllegalStateException ended) {
            streams.decrementAndGet();
            throw ended;
        }
    }

    /** Has a stream read after the next selection, even if that does not tell of it. On the loop. */
    void readSoon(TcpStream stream) {
        resumed.add(stream);
        again = true;
    }

    ResetWatch resets() {
        return resets;
    }

    /** When the loop last woke up: good enough for time-outs of seconds. */
    long coarseNow() {
        return now;
    }

    LoopMemory memory() {
        return memory;
    }

    TlsScratch tls() {
        return tls;
    }

    Selector selector() {
        return selector;
    }

    private void tick() {
        for (TcpSession session : List.copyOf(sessions)) {
            if (session.stream() != null) {
                guarded(session.stream()::tick);
            }
        }
        timers.add(System.nanoTime() + TICK, this::tick);
    }

    @Override
    protected int select(long timeout) throws IOException {
        thread = Thread.currentThread();
        runTasks();
        long wait = timers.until(System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(timeout));
        boolean watching = resets.begin();
        if (again || watching || !tasks.isEmpty() || wait == 0) {
            again = false;
            selector.selectNow(this::serve);
        } else {
            // Rounded up: rounding down would spin for the last part of a millisecond.
            selector.select(this::serve, Math.max(1, (wait + 999_999) / 1_000_000));
        }
        again |= resets.end();
        now = System.nanoTime();
        for (int left = resumed.size(); left > 0; left--) {
            guarded(resumed.poll()::readOn);
        }
        for (Runnable due = timers.due(now); due != null; due = timers.due(now)) {
            guarded(due);
        }
        runTasks();
        // All was served: MINA has nothing to process, and must not take a short sleep for a broken selector.
        wakeupCalled.set(true);
        return 0;
    }

    private void serve(SelectionKey key) {
        now = System.nanoTime();
        try {
            if (key.attachment() instanceof TcpStream stream) {
                stream.ready(key.readyOps());
            } else if (key.attachment() instanceof Ready other) {
                other.ready(key);
            }
        } catch (CancelledKeyException e) {
            LOG.debug("a listener was closed while a connection came", e);
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    /** Runs only what was there at the beginning, so that tasks that make tasks leave room for connections. */
    private void runTasks() {
        for (int left = tasks.size(); left > 0; left--) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            guarded(task);
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    /** Errors too: where memory ran out for one connection the loop must go on for the others. */
    private static void failed(Throwable defect) {
        LOG.error("a task of an event loop failed", defect);
    }

    @Override
    protected void wakeup() {
        if (inLoop()) {
            again = true;
        } else {
            wakeupCalled.set(true);
            selector.wakeup();
        }
    }

    @Override
    protected void init(TcpSession session) throws IOException {
        if (session.stream() != null) {
            session.stream().register(this);
        }
        session.state(SessionState.OPENED);
        sessions.add(session);
    }

    @Override
    protected void destroy(TcpSession session) throws IOException {
        session.state(SessionState.CLOSING);
        sessions.remove(session);
        TcpStream stream = session.stream();
        if (stream != null) {
            streams.decrementAndGet();
            if (stream.session() == session) {
                stream.destroy();
            }
        }
    }

    @Override
    protected SessionState getState(TcpSession session) {
        return session.state();
    }

    @Override
    protected Iterator<TcpSession> allSessions() {
        return new ArrayList<>(sessions).iterator();
    }

    @Override
    protected int allSessionsCount() {
        return sessions.size();
    }

    @Override
    protected boolean isSelectorEmpty() {
        return sessions.isEmpty();
    }

    @Override
    protected void doDispose() throws IOException {
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof Ready waiting) {
                guarded(waiting::stopped);
            }
        }
        selector.close();
        // Whoever had a stream is still told of its end; what goes on making tasks is not waited for.
        for (int i = 0; i < LAST_ROUNDS && !tasks.isEmpty(); i++) {
            runTasks();
        }
    }

    @Override
    protected void registerNewSelector() {
        throw new IllegalStateException("select always says that it was woken up");
    }

    @Override
    protected boolean isBrokenConnection() {
        return false;
    }

    // Connections are served in select and write at once, so that MINA's own ways to read and write are never taken.

    @Override
    protected int select() throws IOException {
        return select(TimeUnit.SECONDS.toMillis(1));
    }

    @Override
    protected Iterator<TcpSession> selectedSessions() {
        return Collections.emptyIterator();
    }

    @Override
    protected boolean isWritable(TcpSession session) {
        return false;
    }

    @Override
    protected boolean isReadable(TcpSession session) {
        return false;
    }

    @Override
    protected void setInterestedInWrite(TcpSession session, boolean interested) {
        throw new IllegalStateException("a stream sets its interest itself");
    }

    @Override
    protected void setInterestedInRead(TcpSession session, boolean interested) {
        throw new IllegalStateException("a stream sets its interest itself");
    }

    @Override
    protected boolean isInterestedInRead(TcpSession session) {
        return true;
    }

    @Override
    protected boolean isInterestedInWrite(TcpSession session) {
        return false;
    }

    @Override
    protected int read(TcpSession session, IoBuffer buffer) {
        return 0;
    }

    @Override
    protected int write(TcpSession session, IoBuffer buffer, int length) {
        return 0;
    }

    @Override
    protected int transferFile(TcpSession session, FileRegion region, int length) {
        return 0;
    }
}
