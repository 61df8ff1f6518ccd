package org.ferrule.net.internal;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.ferrule.stream.TcpSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts a TCP profile's settings on sockets, and tells when the kernel gives less than was asked for. Any thread. */
final class SocketOptions {
    private static final Logger LOG = LoggerFactory.getLogger(SocketOptions.class);

    /** What was compared with the kernel's answer already: it is the same for every connection. */
    private final Set<Asked> compared = ConcurrentHashMap.newKeySet();

    private record Asked(SocketOption<Integer> option, int bytes) {}

    void apply(NetworkChannel channel, TcpSettings settings) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, !settings.nagle());
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, settings.keepAlive());
        buffer(channel, StandardSocketOptions.SO_SNDBUF, settings.sendBuffer());
        buffer(channel, StandardSocketOptions.SO_RCVBUF, settings.receiveBuffer());
    }

    private void buffer(NetworkChannel channel, SocketOption<Integer> option, int bytes) throws IOException {
        if (bytes == 0) {
            return;
        }
        channel.setOption(option, bytes);
        if (compared.add(new Asked(option, bytes))) {
            String cut = shortfall(channel, option, bytes);
            if (!cut.isEmpty()) {
                LOG.info(cut);
            }
        }
    }

    /** What an operator should know of a buffer that was set to so many bytes; empty if the kernel took it as it is. */
    static String shortfall(NetworkChannel channel, SocketOption<Integer> option, int bytes) throws IOException {
        int given = channel.getOption(option);
        boolean send = option.equals(StandardSocketOptions.SO_SNDBUF);
        return given >= bytes
                ? ""
                : "a " + (send ? "send-buffer-size" : "receive-window-size") + " of " + bytes
                        + " bytes was asked for, the kernel gives " + given
                        + "; raise its limit with: sysctl -w net.core."
                        + (send ? "wmem_max" : "rmem_max") + "=" + bytes;
    }
}
