package org.ferrule.log.internal;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.HostNames;
import org.ferrule.config.ObjectId;
import org.ferrule.log.internal.Syslog.RemoteServer;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;
import org.ferrule.stream.Network;
import org.ferrule.tls.TlsProfiles;
import org.ops4j.pax.logging.spi.PaxAppender;
import org.ops4j.pax.logging.spi.PaxLoggingEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code sys syslog}, and hands all that is logged to the servers named there. Takes messages on whatever thread logs,
 * event loops too: it formats them and puts them into queues, no more.
 */
final class SyslogService implements StatusProvider, PaxAppender {
    private static final Logger LOG = LoggerFactory.getLogger(SyslogService.class);
    private static final String AUDIT_LOGGER = "audit";
    private static final String[] NONE = {};

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "syslog");
        thread.setDaemon(true);
        return thread;
    });
    private final Supplier<Optional<Network>> network;
    private final Supplier<Optional<TlsProfiles>> tls;
    private final long process = ProcessHandle.current().pid();
    private volatile Map<String, Forwarding> servers = Map.of();
    private volatile String host = HostNames.DEFAULT;

    SyslogService(Supplier<Optional<Network>> network, Supplier<Optional<TlsProfiles>> tls) {
        this.network = network;
        this.tls = tls;
    }

    void follow(ConfigTree tree) {
        host = tree.get(ObjectId.singleton("sys global-settings"))
                .map(settings -> (String) settings.properties().get("hostname"))
                .orElse(HostNames.DEFAULT);
        Map<String, RemoteServer> wanted =
                tree.view(Syslog.class, "").map(Syslog::remoteServers).orElse(Map.of());
        Map<String, Forwarding> before = servers;
        Map<String, Forwarding> next = new LinkedHashMap<>();
        wanted.forEach((name, server) -> {
            Forwarding now = before.get(name);
            boolean same = now != null && now.server().equals(server);
            next.put(name, same ? now : new Forwarding(name, server, network, tls, this::later));
        });
        servers = next;
        before.values().stream().filter(was -> !next.containsValue(was)).forEach(Forwarding::close);
        next.values().forEach(Forwarding::dial);
    }

    private void later(Duration delay, Runnable task) {
        try {
            timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Syslog: the module is being stopped", e);
        }
    }

    /** A network came. */
    void networkCame() {
        servers.values().forEach(Forwarding::dialAgain);
    }

    void close() {
        Map<String, Forwarding> last = servers;
        servers = Map.of();
        last.values().forEach(Forwarding::close);
        timer.shutdownNow();
    }

    @Override
    public void doAppend(PaxLoggingEvent event) {
        Map<String, Forwarding> now = servers;
        int severity = event.getLevel().getSyslogEquivalent();
        if (now.values().stream().noneMatch(server -> server.wants(severity))) {
            return;
        }
        String[] trace = event.getThrowableStrRep();
        SyslogMessage message = new SyslogMessage(
                event.getLoggerName().equals(AUDIT_LOGGER) ? SyslogMessage.AUDIT : SyslogMessage.LOCAL0,
                severity,
                event.getTimeStamp(),
                event.getLoggerName(),
                String.valueOf(event.getRenderedMessage()),
                trace == null ? NONE : trace);
        byte[] frame = message.frame(host, process);
        now.values().forEach(server -> server.offer(severity, frame));
    }

    @Override
    public String kind() {
        return Syslog.KIND;
    }

    @Override
    public List<Status> status() {
        List<Status.Part> parts =
                servers.values().stream().map(Forwarding::status).toList();
        boolean all = parts.stream().allMatch(part -> part.status().availability() == Availability.AVAILABLE);
        String reason = parts.isEmpty()
                ? "Logs are sent nowhere"
                : all ? "All servers are connected" : "Not all servers are connected";
        return List.of(new Status(
                "", all ? Availability.AVAILABLE : Availability.OFFLINE, !parts.isEmpty(), reason, Map.of(), parts));
    }
}
