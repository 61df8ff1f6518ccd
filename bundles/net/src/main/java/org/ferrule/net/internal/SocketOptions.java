package org.ferrule.net.internal;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jdk.net.ExtendedSocketOptions;
import org.ferrule.net.internal.LinuxSockets.Refused;
import org.ferrule.stream.KernelSettings;
import org.ferrule.stream.TcpSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts a TCP profile's settings on sockets, and tells what the kernel does not give of what was asked for. Any thread. */
final class SocketOptions {
    private static final Logger LOG = LoggerFactory.getLogger(SocketOptions.class);
    private static final String NOT_SET = "is not set: ";

    private final LinuxSockets linux;
    private final KernelLimits limits;

    /** What the log has said already: it is the same for every connection. */
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    SocketOptions(LinuxSockets linux, KernelLimits limits) {
        this.linux = linux;
        this.limits = limits;
    }

    LinuxSockets linux() {
        return linux;
    }

    /** Sets what can be set, once in a connection's life; what cannot be is logged the first time. */
    void apply(SocketChannel channel, TcpSettings settings) throws IOException {
        tell(set(channel, settings));
    }

    /** The same for one that {@link #inherit inherited} a part of it. */
    void applyRest(SocketChannel channel, TcpSettings settings) throws IOException {
        Map<String, String> lacking = new LinkedHashMap<>();
        setRest(channel, settings, lacking);
        tell(lacking);
    }

    /**
     * Sets on a listening socket what the connections that it accepts from now on inherit, as they do on Linux: seven calls
     * less for each of them.
     *
     * @return whether all of that could be set; if not, each connection has to be given it
     */
    boolean inherit(ServerSocketChannel channel, TcpSettings settings) {
        KernelSettings kernel = settings.kernel();
        int interval = (int) kernel.keepAliveInterval().toSeconds();
        try {
            linux.set(channel, LinuxOption.TCP_NODELAY, settings.nagle() ? 0 : 1);
            linux.set(channel, LinuxOption.SO_KEEPALIVE, settings.keepAlive() ? 1 : 0);
            linux.set(channel, LinuxOption.TCP_NOTSENT_LOWAT, kernel.unsentLowWaterMark());
            linux.set(channel, LinuxOption.TCP_USER_TIMEOUT, millis(kernel.userTimeout()));
            keepAlive(channel, LinuxOption.TCP_KEEPIDLE, interval, KernelLimits.KEEP_ALIVE_TIME);
            keepAlive(channel, LinuxOption.TCP_KEEPINTVL, interval, KernelLimits.KEEP_ALIVE_INTERVAL);
            keepAlive(channel, LinuxOption.TCP_KEEPCNT, kernel.keepAliveProbes(), KernelLimits.KEEP_ALIVE_PROBES);
            return true;
        } catch (IOException | NumberFormatException e) {
            LOG.debug("connections inherit nothing from their listening socket", e);
            return false;
        }
    }

    /** The system's own value where none is asked for: what the socket had from other settings is undone. */
    private void keepAlive(ServerSocketChannel channel, LinuxOption option, int value, String system)
            throws IOException {
        linux.set(channel, option, value != 0 ? value : Integer.parseInt(limits.read(system)));
    }

    private void tell(Map<String, String> lacking) {
        for (String line : lacking.values()) {
            if (told.add(line)) {
                LOG.info(line);
            }
        }
    }

    /** Sets what can be set, and gives what cannot: a sentence for each property that the profile asks for in vain. */
    Map<String, String> set(SocketChannel channel, TcpSettings settings) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, !settings.nagle());
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, settings.keepAlive());
        Map<String, String> lacking = new LinkedHashMap<>();
        KernelSettings kernel = settings.kernel();
        linux(channel, "unsent-low-water-mark", LinuxOption.TCP_NOTSENT_LOWAT, kernel.unsentLowWaterMark(), lacking);
        linux(channel, "user-timeout", LinuxOption.TCP_USER_TIMEOUT, millis(kernel.userTimeout()), lacking);
        int interval = (int) kernel.keepAliveInterval().toSeconds();
        java(channel, "keep-alive-interval", ExtendedSocketOptions.TCP_KEEPIDLE, interval, lacking);
        java(channel, "keep-alive-interval", ExtendedSocketOptions.TCP_KEEPINTERVAL, interval, lacking);
        java(channel, "keep-alive-probes", ExtendedSocketOptions.TCP_KEEPCOUNT, kernel.keepAliveProbes(), lacking);
        setRest(channel, settings, lacking);
        return lacking;
    }

    /** What no connection inherits, or is rarely asked for. */
    private void setRest(SocketChannel channel, TcpSettings settings, Map<String, String> lacking) throws IOException {
        buffer(channel, Buffer.SEND, settings.sendBuffer(), lacking);
        buffer(channel, Buffer.RECEIVE, settings.receiveBuffer(), lacking);
        congestion(channel, settings.kernel().congestionControl(), lacking);
        if (settings.kernel().quickAck()) {
            java(channel, "quick-ack", ExtendedSocketOptions.TCP_QUICKACK, true, lacking);
        }
    }

    private static int millis(Duration time) {
        return (int) Math.min(time.toMillis(), Integer.MAX_VALUE);
    }

    /** The two buffers of a socket, and how each is made larger than the system's limit. */
    private enum Buffer {
        SEND("send-buffer-size", StandardSocketOptions.SO_SNDBUF, LinuxOption.SO_SNDBUFFORCE, "net.core.wmem_max"),
        RECEIVE(
                "receive-window-size",
                StandardSocketOptions.SO_RCVBUF,
                LinuxOption.SO_RCVBUFFORCE,
                "net.core.rmem_max");

        private final String property;
        private final SocketOption<Integer> option;
        private final LinuxOption force;
        private final String limit;

        Buffer(String property, SocketOption<Integer> option, LinuxOption force, String limit) {
            this.property = property;
            this.option = option;
            this.force = force;
            this.limit = limit;
        }
    }

    private void buffer(SocketChannel channel, Buffer buffer, int bytes, Map<String, String> lacking)
            throws IOException {
        if (bytes == 0) {
            return;
        }
        channel.setOption(buffer.option, bytes);
        int given = channel.getOption(buffer.option);
        if (given < bytes && mayForce()) {
            try {
                linux.set(channel, buffer.force, bytes);
                given = channel.getOption(buffer.option);
            } catch (Refused e) {
                // The line below says what is to be done.
                LOG.debug("{} is not forced", buffer.property, e);
            }
        }
        if (given < bytes) {
            lacking.put(
                    buffer.property,
                    "a " + buffer.property + " of " + bytes + " bytes was asked for, the kernel gives " + given
                            + "; raise its limit with: sysctl -w " + buffer.limit + "=" + bytes
                            + ", or give the appliance CAP_NET_ADMIN");
        }
    }

    private boolean mayForce() {
        return linux.missing().isEmpty();
    }

    private void congestion(SocketChannel channel, String wanted, Map<String, String> lacking) {
        if (wanted.isEmpty()) {
            return;
        }
        String problem;
        try {
            linux.set(channel, LinuxOption.TCP_CONGESTION, wanted);
            return;
        } catch (Refused e) {
            problem = switch (e.errno) {
                case Refused.ENOENT ->
                    "the kernel has only " + limits.read(KernelLimits.AVAILABLE) + " (" + KernelLimits.AVAILABLE
                            + "); load another with: modprobe tcp_" + wanted;
                case Refused.EPERM ->
                    "the kernel allows only " + limits.read(KernelLimits.ALLOWED)
                            + " to a process without CAP_NET_ADMIN; allow it with: sysctl -w " + KernelLimits.ALLOWED
                            + "=\"" + limits.read(KernelLimits.ALLOWED) + " " + wanted + "\"";
                default -> e.getMessage();
            };
        } catch (IOException e) {
            problem = e.getMessage();
        }
        lacking.put("congestion-control", "congestion-control " + wanted + " " + NOT_SET + problem);
    }

    private void linux(
            SocketChannel channel, String property, LinuxOption option, int value, Map<String, String> lacking) {
        if (value == 0) {
            return;
        }
        try {
            linux.set(channel, option, value);
        } catch (IOException e) {
            lacking.put(property, property + " " + value + " " + NOT_SET + e.getMessage());
        }
    }

    private static <T> void java(
            SocketChannel channel, String property, SocketOption<T> option, T value, Map<String, String> lacking) {
        if (value.equals(0)) {
            return;
        }
        try {
            channel.setOption(option, value);
        } catch (IOException | UnsupportedOperationException e) {
            lacking.put(property, property + " " + value + " " + NOT_SET + e.getMessage());
        }
    }
}
