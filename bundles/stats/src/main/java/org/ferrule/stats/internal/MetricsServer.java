package org.ferrule.stats.internal;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The JDK's HTTP server at one address, with few threads of its own, none of which is an event loop. Further requests wait,
 * and where too many wait, connections are closed. Used by one thread at a time. How many connections there may be and how long a request or an answer
 * may take are the JDK's own settings, in {@code bin/setenv}.
 */
final class MetricsServer implements AutoCloseable {
    private static final int THREADS = 8;
    private static final int WAITING = 32;
    private static final int BACKLOG = 64;
    private static final long IDLE_SECONDS = 10;

    private final Place place;
    private final HttpServer server;
    private final ThreadPoolExecutor threads;
    private boolean started;

    /**
     * Where a server listens.
     *
     * @param address address and port
     * @param encrypted whether TLS is spoken there
     */
    record Place(InetSocketAddress address, boolean encrypted) {}

    /**
     * Takes the port; answers nothing before {@link #start}.
     *
     * @throws IOException if the port cannot be had
     */
    MetricsServer(Place place, ProfileTls tls, HttpHandler handler) throws IOException {
        this.place = place;
        if (place.encrypted()) {
            HttpsServer https = HttpsServer.create(place.address(), BACKLOG);
            https.setHttpsConfigurator(new AfterProfile(tls));
            server = https;
        } else {
            server = HttpServer.create(place.address(), BACKLOG);
        }
        threads = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, "metrics");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        server.setExecutor(threads);
        server.createContext("/", handler);
    }

    Place place() {
        return place;
    }

    void start() {
        started = true;
        server.start();
    }

    @Override
    public void close() {
        if (!started) {
            // The JDK lets go of the port on the thread that start() makes, and only there.
            start();
        }
        server.stop(0);
        threads.shutdownNow();
    }

    /** Keeps what the profile says, such as whether clients need a certificate: the server's own defaults would undo it. */
    private static final class AfterProfile extends HttpsConfigurator {
        private final ProfileTls tls;

        AfterProfile(ProfileTls tls) {
            super(tls);
            this.tls = tls;
        }

        @Override
        public void configure(HttpsParameters parameters) {
            parameters.setSSLParameters(tls.engine().getSSLParameters());
        }
    }
}
