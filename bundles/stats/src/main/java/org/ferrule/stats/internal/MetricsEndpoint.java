package org.ferrule.stats.internal;

import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.BindException;
import java.util.Optional;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Reservation;
import org.ferrule.config.kind.Addresses;
import org.ferrule.stats.internal.MetricsServer.Place;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes metrics be fetched where the configuration says: a transaction reserves the port, and what follows it begins to
 * answer there. Any thread; calls are made one after the other and take milliseconds.
 */
final class MetricsEndpoint implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsEndpoint.class);
    private static final String OBJECT = "Metrics (" + MetricsSettings.KIND + "): ";

    private final ProfileTls tls;
    private final HttpHandler handler;
    private MetricsServer server;
    private MetricsServer reserved;
    private Optional<Place> wanted = Optional.empty();
    private String problem = "";
    private boolean closed;

    MetricsEndpoint(ProfileTls tls, HttpHandler handler) {
        this.tls = tls;
        this.handler = handler;
    }

    private static Optional<Place> target(MetricsSettings settings) {
        return settings.mode() ? Optional.of(new Place(settings.endpoint(), settings.encrypted())) : Optional.empty();
    }

    /**
     * Takes the port that a transaction wants.
     *
     * @return gives it back if the transaction did not come to pass
     * @throws ConfigException if the settings do not fit together or the port cannot be had; nothing is changed then
     */
    synchronized Reservation reserve(MetricsSettings settings) throws ConfigException {
        check(settings);
        Optional<Place> target = target(settings);
        if (target.isEmpty() || server != null && target.get().equals(server.place())) {
            return Reservation.NOTHING;
        }
        // Two sockets cannot listen on one port where their addresses overlap: the old one makes room for a moment.
        if (server != null
                && server.place().address().getPort() == target.get().address().getPort()) {
            shut();
        }
        try {
            reserved = new MetricsServer(target.get(), tls, handler);
        } catch (IOException e) {
            adjust();
            throw ConfigException.invalid(OBJECT + reason(target.get(), e));
        }
        return this::release;
    }

    private static void check(MetricsSettings settings) throws ConfigException {
        if (!settings.mode()) {
            return;
        }
        if (settings.token() == null || settings.token().isEmpty()) {
            throw ConfigException.invalid(
                    OBJECT + "token must be set before mode can be enabled: nothing is told without authentication.");
        }
        if (!settings.encrypted() && !settings.address().isLoopbackAddress()) {
            throw ConfigException.invalid(OBJECT + "tls-profile none would send the token in the clear over a network;"
                    + " set a client-ssl profile, or a loopback address.");
        }
    }

    private synchronized void release() {
        if (reserved != null) {
            reserved.close();
            reserved = null;
            adjust();
        }
    }

    /** Follows the configuration. */
    synchronized void follow(MetricsSettings settings) {
        wanted = target(settings);
        adjust();
    }

    /** Tries once to listen where it should; to be called again from time to time, since ports come free. */
    synchronized void adjust() {
        if (closed || server != null && wanted.equals(Optional.of(server.place()))) {
            return;
        }
        shut();
        if (wanted.isEmpty()) {
            problem = "";
            return;
        }
        if (reserved != null && reserved.place().equals(wanted.get())) {
            server = reserved;
            reserved = null;
        } else {
            open(wanted.get());
        }
        if (server != null) {
            problem = "";
            server.start();
            LOG.info("Metrics can be fetched at {}", Addresses.text(wanted.get().address()));
        }
    }

    private void open(Place place) {
        try {
            server = new MetricsServer(place, tls, handler);
        } catch (IOException e) {
            String reason = reason(place, e);
            if (!reason.equals(problem)) {
                LOG.warn("{}{} It is tried again every few seconds.", OBJECT, reason);
            }
            problem = reason;
        }
    }

    private void shut() {
        if (server != null) {
            server.close();
            server = null;
        }
    }

    private static String reason(Place place, IOException failure) {
        String at = Addresses.text(place.address());
        return failure instanceof BindException
                        && String.valueOf(failure.getMessage()).contains("in use")
                ? "port " + place.address().getPort() + " at " + at + " is in use; choose another port, or free it."
                : at + " cannot be listened at: " + failure.getMessage()
                        + "; an address of this machine is needed, or any.";
    }

    /** Where it listens now. */
    synchronized Optional<Place> listening() {
        return server == null ? Optional.empty() : Optional.of(server.place());
    }

    /** What keeps it from listening, or "". */
    synchronized String problem() {
        return problem;
    }

    @Override
    public synchronized void close() {
        closed = true;
        shut();
    }
}
