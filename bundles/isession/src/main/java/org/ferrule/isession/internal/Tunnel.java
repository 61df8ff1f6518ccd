package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.ferrule.config.kind.Addresses;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line to an endpoint, on one loop: a fibre that is opened ahead of need, replaced when it is old, and opened again
 * with growing, jittered pauses when it ends. On the loop; what {@code show} reads is volatile.
 */
final class Tunnel extends ProfileOwner {
    private static final Logger LOG = LoggerFactory.getLogger(Tunnel.class);
    private static final long FIRST_PAUSE = Duration.ofMillis(250).toNanos();
    private static final long LONGEST_PAUSE = Duration.ofSeconds(30).toNanos();

    private final Endpoint endpoint;
    private final Watch watch;
    private final EventLoop loop;
    private final Core core;
    private EventLoop.Timer retry;
    private EventLoop.Timer age;
    private int failures;
    private boolean dialling;
    private boolean stopped;

    /** All fibres of the line with what their peers proved: the one in use, its successor, and those that are leaving. */
    private final Map<Fibre, Dial.Proof> fibres = new ConcurrentHashMap<>();

    /** Greets the peer, and will take the place of the one in use. */
    private Fibre successor;

    private volatile Fibre fibre;
    private volatile String keyExchange = "";

    /** When the fibre in use became ready. */
    private long bornAt;

    /** When somebody last saw flows on it; kept by the endpoint, which looks from time to time. */
    private long busyAt;

    /** Where a line leads, and who is told how it fares. On the line's loop. */
    interface Watch {
        InetSocketAddress address();

        /** Whether the device that is there is the one that the line is to lead to. */
        boolean meets(String device);

        /** The line is up. */
        void connected();

        /** Keeps why the line is not up. Gives whether that is news. */
        boolean failed(String reason);

        /** Whether another line leads there, so that the tunnel is up all the same. */
        boolean up();
    }

    Tunnel(Endpoint endpoint, Watch watch, EventLoop loop, Core core) {
        super(core, endpoint.profile(), endpoint.pool());
        this.endpoint = endpoint;
        this.watch = watch;
        this.loop = loop;
        this.core = core;
        busyAt = loop.nanoTime();
    }

    EventLoop loop() {
        return loop;
    }

    /** The fibre, if it is ready for flows. */
    Fibre readyFibre() {
        Fibre now = fibre;
        return now != null && now.ready() ? now : null;
    }

    String keyExchange() {
        return keyExchange;
    }

    /** How many fibres there are, of any state. Any thread. */
    int count() {
        return fibres.size();
    }

    void start() {
        loop.execute(this::dial);
    }

    void stop(String reason) {
        loop.execute(() -> {
            quit();
            List.copyOf(fibres.keySet()).forEach(each -> each.stop(reason));
        });
    }

    /** Takes no more flows and opens no more fibres; what there is goes on to its end. */
    void retire(String reason) {
        loop.execute(() -> {
            quit();
            List.copyOf(fibres.keySet()).forEach(each -> each.retire(reason));
        });
    }

    private void quit() {
        stopped = true;
        cancel(retry);
        cancel(age);
    }

    private static void cancel(EventLoop.Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }

    /** The configuration or the codecs changed. */
    void optionsChanged() {
        loop.execute(() -> {
            Options options = core.options(endpoint.profile());
            List.copyOf(fibres.keySet()).forEach(each -> each.options(options));
            if (fibre != null) {
                growOld();
            }
        });
    }

    /** Trust in devices changed: a peer that is not trusted any more is left at once, a new one is tried at once. */
    void trustChanged() {
        loop.execute(() -> {
            Map.copyOf(fibres).forEach((each, proof) -> {
                if (core.trusted(proof.certificate()).isEmpty()) {
                    each.stop("this device is no longer trusted");
                }
            });
            retryNow();
        });
    }

    /** The endpoint answers again: no need to sit out the pause. Any thread. */
    void wake() {
        loop.execute(this::retryNow);
    }

    private void retryNow() {
        if (fibre == null && retry != null) {
            failures = 0;
            dial();
        }
    }

    /** How long it has been without flows. Called by one thread at a time. */
    Duration idle() {
        Fibre now = fibre;
        if (now == null || now.flowCount() > 0) {
            busyAt = loop.nanoTime();
        }
        return Duration.ofNanos(loop.nanoTime() - busyAt);
    }

    /** The fibre, if it is ready and has no flow: it is the caller's, and the line opens another at once. Else null. */
    Fibre take() {
        Fibre spare = readyFibre();
        if (spare == null || spare.flowCount() > 0) {
            return null;
        }
        fibre = null;
        dial();
        return spare;
    }

    private void dial() {
        cancel(retry);
        retry = null;
        if (stopped || dialling || successor != null) {
            return;
        }
        dialling = true;
        Dial.start(core, watch.address(), loop, new Dial.Result() {
            @Override
            public boolean cancelled() {
                return stopped;
            }

            @Override
            public void secured(Stream session, Dial.Proof proof) {
                dialling = false;
                if (watch.meets(proof.device())) {
                    greet(session, proof);
                } else {
                    Ignore.dismiss(session, "another appliance was expected here");
                    Tunnel.this.failed("another appliance, " + proof.device() + ", is there");
                }
            }

            @Override
            public void failed(String reason) {
                dialling = false;
                Tunnel.this.failed(reason);
            }
        });
    }

    private void greet(Stream session, Dial.Proof proof) {
        successor = endpoint.fibre(session, this);
        fibres.put(successor, proof);
        successor.start();
    }

    @Override
    public String device() {
        return endpoint.device();
    }

    @Override
    public void ready(Fibre ready) {
        Fibre before = fibre;
        fibre = ready;
        successor = null;
        failures = 0;
        keyExchange = fibres.get(ready).keyExchange();
        bornAt = loop.nanoTime();
        if (before != null) {
            before.retire("another fibre takes its place");
        }
        growOld();
        watch.connected();
    }

    /** A fibre that has its age gets a successor, and ends with its last flow. */
    private void growOld() {
        cancel(age);
        long most = core.profile(endpoint.profile()).maxAge().toNanos();
        if (most > 0) {
            // Jitter, so that a tunnel's fibres, all opened at once, do not all leave at once.
            long jittered = most - ThreadLocalRandom.current().nextLong(most / 10 + 1);
            age = loop.schedule(Duration.ofNanos(Math.max(0, bornAt + jittered - loop.nanoTime())), this::dial);
        }
    }

    @Override
    public void routes(Routes routes) {
        endpoint.routes(routes);
    }

    @Override
    public void leaving(Fibre going, String reason) {
        if (going == fibre || going == successor) {
            boolean worked = going == fibre && loop.nanoTime() - bornAt >= FIRST_PAUSE;
            fibre = going == fibre ? null : fibre;
            successor = going == successor ? null : successor;
            if (worked) {
                // The peer lets an old fibre go in good order, and takes another.
                dial();
            } else {
                failed(reason);
            }
        }
    }

    @Override
    public void ended(Fibre over, String reason) {
        fibres.remove(over);
        if (over == fibre || over == successor) {
            fibre = over == fibre ? null : fibre;
            successor = over == successor ? null : successor;
            failed(reason);
        }
    }

    private void failed(String reason) {
        if (stopped) {
            return;
        }
        if (fibre == null && watch.failed(reason)) {
            String what = watch.up() ? "A fibre to {} is down, others are up: {}" : "The tunnel to {} is down: {}";
            LOG.warn(what, Addresses.text(watch.address()), reason);
        }
        // After a fibre that worked, the first attempt comes soon; then pauses double. Jitter keeps sites out of step.
        long pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(failures++, 10));
        long jittered = pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
        retry = loop.schedule(Duration.ofNanos(jittered), this::dial);
    }
}
