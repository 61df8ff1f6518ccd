package org.ferrule.net.internal;

import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import org.ferrule.config.Capabilities;
import org.ferrule.net.internal.LinuxSockets.Refused;
import org.ferrule.stream.PrivilegeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has sockets use addresses that are not this host's: as destination of what they accept, as source of what they dial. Any thread. */
final class Transparency {
    private static final Logger LOG = LoggerFactory.getLogger(Transparency.class);
    private static final int YES = 1;

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCKADDR_IN = 16;
    private static final int SOCKADDR_IN6 = 28;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    private final LinuxSockets linux;

    Transparency(LinuxSockets linux) {
        this.linux = linux;
    }

    /** Why sockets cannot be made transparent; empty if they can. Found out with a socket of its own. */
    Optional<IOException> missing() {
        try (SocketChannel probe = SocketChannel.open()) {
            open(probe);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        }
    }

    /** Makes a socket transparent. Of one that has both families, either option makes it so for both. */
    void open(NetworkChannel channel) throws IOException {
        try {
            linux.set(channel, LinuxOption.IP_TRANSPARENT, YES);
        } catch (Refused e) {
            if (e.errno != Refused.EPERM) {
                throw e;
            }
            LOG.debug("no socket can be transparent", e);
            throw new PrivilegeException(
                    "the kernel refuses IP_TRANSPARENT to a process without " + Capabilities.ADMIN + "; "
                            + Capabilities.remedy(Capabilities.ADMIN),
                    Capabilities.afterRestart(Capabilities.ADMIN));
        }
    }

    /**
     * What the client of an accepted connection called: where the kernel translated that (REDIRECT) it still knows,
     * elsewhere it is the socket's own address.
     */
    InetSocketAddress destination(SocketChannel accepted) throws IOException {
        InetSocketAddress own = (InetSocketAddress) accepted.getLocalAddress();
        boolean ipv4 = own.getAddress() instanceof Inet4Address;
        byte[] address = new byte[ipv4 ? SOCKADDR_IN : SOCKADDR_IN6];
        try {
            linux.get(accepted, ipv4 ? LinuxOption.SO_ORIGINAL_DST : LinuxOption.IP6T_SO_ORIGINAL_DST, address);
            return parse(address).orElse(own);
        } catch (Refused e) {
            // The kernel tracks no connection that it did not translate, or not this one.
            LOG.debug("{} was not translated", own, e);
            return own;
        }
    }

    /** Reads a {@code struct sockaddr_in} or {@code sockaddr_in6}; empty if it is neither. */
    static Optional<InetSocketAddress> parse(byte[] address) throws UnknownHostException {
        int family = ByteBuffer.wrap(address).order(ByteOrder.nativeOrder()).getShort();
        ByteBuffer rest = ByteBuffer.wrap(address);
        int port = Short.toUnsignedInt(rest.getShort(2));
        byte[] host;
        if (family == AF_INET) {
            host = new byte[IPV4_BYTES];
            rest.position(4).get(host);
        } else if (family == AF_INET6 && address.length >= SOCKADDR_IN6) {
            host = new byte[IPV6_BYTES];
            rest.position(8).get(host);
        } else {
            return Optional.empty();
        }
        return Optional.of(new InetSocketAddress(InetAddress.getByAddress(host), port));
    }

    /** A socket that seems to be another host's: bound to its port where that is free, else to another port of it. */
    SocketChannel at(InetSocketAddress source) throws IOException {
        try {
            return bound(source);
        } catch (BindException e) {
            LOG.debug("port {} of {} is taken", source.getPort(), source.getAddress(), e);
            return bound(new InetSocketAddress(source.getAddress(), 0));
        }
    }

    private SocketChannel bound(InetSocketAddress source) throws IOException {
        SocketChannel channel = SocketChannel.open(
                source.getAddress() instanceof Inet4Address
                        ? StandardProtocolFamily.INET
                        : StandardProtocolFamily.INET6);
        try {
            open(channel);
            // The same client may use one port for several servers.
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            return channel.bind(source);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }
}
