package org.ferrule.log.internal;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.ferrule.log.internal.Syslog.RemoteServer;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.stream.Network;
import org.ferrule.tls.TlsProfiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends messages to one server: keeps what waits, and a connection, which is opened again when it was lost. Any thread. */
final class Forwarding implements Link.Events {
    private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final String name;
    private final RemoteServer server;
    private final Supplier<Optional<Network>> network;
    private final Supplier<Optional<TlsProfiles>> tls;
    private final Later later;
    private final Outbox outbox = new Outbox();
    private final LongAdder sent = new LongAdder();
    private final LongAdder connections = new LongAdder();
    private final AtomicReference<Link> link = new AtomicReference<>();
    private volatile boolean closed;
    private volatile String problem = "not connected yet";
    private volatile Duration pause = FIRST_PAUSE;

    /** Runs a task after a while, whatever becomes of the network meanwhile. */
    @FunctionalInterface
    interface Later {
        void in(Duration delay, Runnable task);
    }

    Forwarding(
            String name,
            RemoteServer server,
            Supplier<Optional<Network>> network,
            Supplier<Optional<TlsProfiles>> tls,
            Later later) {
        this.name = name;
        this.server = server;
        this.network = network;
        this.tls = tls;
        this.later = later;
    }

    RemoteServer server() {
        return server;
    }

    /** Whether messages of that severity are for the server. */
    boolean wants(int severity) {
        return server.level().sends(severity);
    }

    /** Takes a message for the server, if it wants one of that severity. Neither blocks nor fails. */
    void offer(int severity, byte[] frame) {
        if (wants(severity) && outbox.offer(frame)) {
            Link now = link.get();
            if (now != null) {
                now.wake();
            }
        }
    }

    /** Opens a connection unless there is one, or one is being opened. */
    void dial() {
        Optional<Network> dialler = network.get();
        if (closed || dialler.isEmpty() || link.get() != null) {
            return;
        }
        Link made = new Link(server, outbox, this, dialler.get().loops().get(0));
        // Known before it begins: it may be over at once.
        if (link.compareAndSet(null, made)) {
            made.dial(dialler.get(), tls.get());
        }
    }

    /** The network is another one: what its predecessor was about to open may never be open. */
    void dialAgain() {
        if (!problem.isEmpty()) {
            Link before = link.getAndSet(null);
            if (before != null) {
                before.end();
            }
            dial();
        }
    }

    void close() {
        closed = true;
        Link last = link.getAndSet(null);
        if (last != null) {
            last.end();
        }
    }

    @Override
    public void opened() {
        problem = "";
        pause = FIRST_PAUSE;
        connections.increment();
        LOG.info("Logs go to the syslog server {} at {}", name, server.text());
    }

    @Override
    public void sent() {
        sent.increment();
    }

    @Override
    public void ended(Link which, String why) {
        if (link.compareAndSet(which, null) && !closed) {
            if (!why.equals(problem)) {
                LOG.warn("The syslog server {} at {} cannot be reached: {}", name, server.text(), why);
            }
            problem = why;
            later.in(pause, this::dial);
            Duration next = pause.multipliedBy(2);
            pause = next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
        }
    }

    Status.Part status() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("server", server.text());
        values.put("messages-sent", sent.sum());
        values.put("messages-waiting", (long) outbox.waiting());
        values.put("messages-dropped", outbox.dropped());
        values.put("connections", connections.sum());
        String why = problem;
        return new Status.Part(
                "Remote Server",
                new Status(
                        name,
                        why.isEmpty() ? Availability.AVAILABLE : Availability.OFFLINE,
                        true,
                        why.isEmpty() ? "The server is connected" : "The server is not connected: " + why,
                        values));
    }
}
