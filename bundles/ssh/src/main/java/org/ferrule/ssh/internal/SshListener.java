package org.ferrule.ssh.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Reservation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the server listen where the configuration says. A move binds the new address before it leaves the old one, and
 * never touches a session.
 *
 * <p>Any thread; calls are made one after the other and take milliseconds.
 */
final class SshListener {
    private static final Logger LOG = LoggerFactory.getLogger(SshListener.class);

    private AdminServer server;
    private boolean open;
    private boolean draining;
    private Optional<InetSocketAddress> wanted = Optional.empty();
    private ConfigTree tree = ConfigTree.EMPTY;
    private String problem = "";

    /** The server is there; it does not listen before {@link #open}, except where a transaction reserves. */
    synchronized void serve(AdminServer made) {
        server = made;
    }

    /** Begins to listen. */
    synchronized void open() {
        open = true;
        adjust();
    }

    /** Lets a newer version of the module listen at the same addresses, until {@link #leave}. */
    synchronized void drain() {
        draining = true;
        share(true);
    }

    /** Leaves its addresses to the newer version if it still is to be drained; sessions live on. */
    synchronized void leave() {
        if (draining && server != null) {
            server.listening().forEach(server::unlisten);
        }
    }

    /** Whether it still listens beside the newer version: it cannot be spared before that one listens as well. */
    synchronized boolean sharing() {
        return draining && server != null && !server.listening().isEmpty();
    }

    private void share(boolean shared) {
        if (server == null) {
            return;
        }
        try {
            server.share(shared);
        } catch (IOException e) {
            LOG.warn("SSH: its port cannot be shared with the newer version: {}", e.getMessage());
        }
    }

    /** The newer version is gone: listens again, as soon as it can. */
    synchronized void resume() {
        draining = false;
        share(false);
        adjust();
    }

    /** Listens nowhere, ever again. */
    synchronized void close() {
        open = false;
        server = null;
    }

    /** What keeps it from listening, or "". */
    synchronized String problem() {
        return problem;
    }

    /** Where it listens now. */
    synchronized Optional<InetSocketAddress> listening() {
        return server == null ? Optional.empty() : wanted.filter(server::listensAt);
    }

    private static Optional<InetSocketAddress> target(Sshd settings) {
        return settings.login() ? Optional.of(settings.endpoint()) : Optional.empty();
    }

    /**
     * Takes the address that a transaction wants.
     *
     * @return gives it back if the transaction did not come to pass
     * @throws ConfigException if it cannot be had; nothing is changed then
     */
    synchronized Reservation reserve(Sshd proposed, ConfigTree proposedTree) throws ConfigException {
        if (proposed.port() == 0) {
            throw ConfigException.invalid("SSH Server (sys sshd): port 0 cannot be listened on; 1 to 65535 can.");
        }
        Optional<InetSocketAddress> target = target(proposed);
        if (server == null || draining || target.isEmpty() || target.equals(wanted) || server.listensAt(target.get())) {
            return Reservation.NOTHING;
        }
        InetSocketAddress address = target.get();
        // Two sockets cannot listen on one port where their addresses overlap: the old one makes room for a moment.
        wanted.filter(now -> now.getPort() == address.getPort()).ifPresent(server::unlisten);
        try {
            server.listen(address);
        } catch (IOException e) {
            String reason = taken(address, e, proposedTree);
            adjust();
            throw ConfigException.invalid("SSH Server (sys sshd): " + reason);
        }
        return () -> release(address);
    }

    private synchronized void release(InetSocketAddress reserved) {
        if (server != null && !wanted.equals(Optional.of(reserved))) {
            server.unlisten(reserved);
            adjust();
        }
    }

    /** Follows the configuration. */
    synchronized void follow(Sshd settings, ConfigTree now) {
        wanted = target(settings);
        tree = now;
        adjust();
    }

    /** Tries once to be where it should be; whether it is. */
    synchronized boolean adjust() {
        if (!open || draining || server == null) {
            return true;
        }
        if (wanted.isPresent() && !server.listensAt(wanted.get())) {
            InetSocketAddress address = wanted.get();
            server.listening().stream()
                    .filter(now -> now.getPort() == address.getPort())
                    .forEach(server::unlisten);
            if (!bind(address)) {
                return false;
            }
        }
        server.listening().stream()
                .filter(address -> !wanted.equals(Optional.of(address)))
                .forEach(server::unlisten);
        problem = "";
        return true;
    }

    private boolean bind(InetSocketAddress address) {
        try {
            server.listen(address);
            LOG.info("SSH: listening at {}", Sshd.text(address));
            return true;
        } catch (IOException e) {
            String reason = taken(address, e, tree);
            if (!reason.equals(problem)) {
                LOG.warn("SSH: nobody can log in: sys sshd: {} It is tried again every few seconds.", reason);
            }
            problem = reason;
            return false;
        }
    }

    private static String taken(InetSocketAddress address, IOException reason, ConfigTree tree) {
        if (reason instanceof java.net.BindException && inUse(reason)) {
            return "port " + address.getPort() + " at address "
                    + Sshd.text(address).replaceAll("[.:]" + address.getPort() + "$", "") + " is in use by "
                    + PortHolder.describe(address, tree) + "; choose another port, or free it.";
        }
        return "address " + Sshd.text(address) + " cannot be listened at: " + reason.getMessage()
                + "; an address of this machine is needed, or any.";
    }

    private static boolean inUse(IOException reason) {
        return String.valueOf(reason.getMessage()).contains("in use");
    }
}
