package org.ferrule.system.internal;

import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.ferrule.tls.ExpiringCertificates;
import org.ferrule.tls.Expiry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log once a day which certificates should be renewed. */
final class ExpiryWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ExpiryWatch.class);
    private static final long FIRST_SECONDS = 60;
    private static final long DAY_SECONDS = TimeUnit.DAYS.toSeconds(1);

    private final Supplier<List<ExpiringCertificates>> sources;
    private final InstantSource clock;
    private final Consumer<String> log;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "certificates");
        made.setDaemon(true);
        return made;
    });

    ExpiryWatch(Supplier<List<ExpiringCertificates>> sources, InstantSource clock) {
        this(sources, clock, LOG::warn);
    }

    ExpiryWatch(Supplier<List<ExpiringCertificates>> sources, InstantSource clock, Consumer<String> log) {
        this.sources = sources;
        this.clock = clock;
        this.log = log;
    }

    /** Begins to look: when modules have come up, and then every day. */
    ExpiryWatch start() {
        thread.scheduleWithFixedDelay(this::look, FIRST_SECONDS, DAY_SECONDS, TimeUnit.SECONDS);
        return this;
    }

    void look() {
        for (ExpiringCertificates source : sources.get()) {
            try {
                source.certificates().forEach(this::tell);
            } catch (RuntimeException e) {
                LOG.error("Whether certificates expire cannot be told", e);
            }
        }
    }

    private void tell(ExpiringCertificates.Used used) {
        Expiry.of(used.certificate(), clock.instant())
                .warning()
                .ifPresent(warning -> log.accept(used.what() + " " + warning + ". " + used.remedy()));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
