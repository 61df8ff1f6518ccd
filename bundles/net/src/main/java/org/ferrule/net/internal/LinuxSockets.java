package org.ferrule.net.internal;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets and reads the options of Linux's sockets that Java does not know, where that can be done at all. Any thread. */
final class LinuxSockets {
    private static final Logger LOG = LoggerFactory.getLogger(LinuxSockets.class);
    private static final int LONGEST_NAME = 16;
    private static final long UNSIGNED_MAX = 0xffff_ffffL;

    /** The length of {@code struct tcp_bbr_info}, and where the round trip and the gains are. */
    private static final int BBR_INFO = 20;

    private static final int BBR_ROUND_TRIP = 8;
    private static final int BBR_PACING_GAIN = 12;
    private static final int BBR_WINDOW_GAIN = 16;

    /** While it looks for the rate, BBR sends 2.89 times what was delivered; later never more than 1.25 times. */
    private static final int BBR_LOOKS = 2 << 8;

    /** In microseconds. BBR's samples take a round trip; shorter ones tell how fast a burst went from buffer to buffer. */
    private static final int WAN = 5_000;

    /** Where {@code struct tcp_info} has the round trip, in microseconds. */
    private static final int INFO_ROUND_TRIP = 68;

    /** A round trip of so many times the shortest one: something waits on the path. */
    private static final double CROWDED = 1.5;

    /** The file descriptor of a channel. */
    private final MethodHandle descriptor;

    private final Kernel kernel;
    private final String missing;

    /** The C library's calls; none of its types is JNA's, which may not be there. */
    interface Kernel {
        void set(int descriptor, LinuxOption option, byte[] value) throws Refused;

        /** Fills the value as far as the kernel has bytes for it. */
        void get(int descriptor, LinuxOption option, byte[] value) throws Refused;
    }

    /** The kernel does not do it. */
    static final class Refused extends IOException {
        static final int EPERM = 1;
        static final int ENOENT = 2;

        final int errno;

        Refused(LinuxOption option, int errno) {
            super("the kernel refuses " + option + " (error " + errno + ")");
            this.errno = errno;
        }
    }

    private LinuxSockets(MethodHandle descriptor, Kernel kernel, String missing) {
        this.descriptor = descriptor;
        this.kernel = kernel;
        this.missing = missing;
    }

    /** With what this Java and this system have. */
    static LinuxSockets open() {
        return open(JnaKernel::load);
    }

    /** With a kernel of one's own. */
    static LinuxSockets open(Supplier<Kernel> loader) {
        if (!"Linux".equals(System.getProperty("os.name"))) {
            return without("this is not Linux");
        }
        try {
            return new LinuxSockets(descriptorOfChannels(), loader.get(), "");
        } catch (IllegalAccessException e) {
            return without("Java was started without --add-exports java.base/sun.nio.ch=ALL-UNNAMED (see bin/setenv)");
        } catch (ReflectiveOperationException e) {
            return without("this Java keeps file descriptors elsewhere (" + e.getMessage() + "); use Java 17 or 21");
        } catch (LinkageError e) {
            LOG.debug("JNA cannot be used", e);
            return without("JNA is missing or cannot unpack its library; its folder (jna.tmpdir) must allow execution");
        }
    }

    static LinuxSockets without(String missing) {
        return new LinuxSockets(null, null, missing);
    }

    private static MethodHandle descriptorOfChannels() throws ReflectiveOperationException {
        // By name: javac does not let the package be named when it compiles for a release. From the boot loader: in
        // OSGi a
        // bundle's own does not see it.
        Class<?> holder = Class.forName("sun.nio.ch.SelChImpl", true, null);
        return MethodHandles.lookup()
                .unreflect(holder.getMethod("getFDVal"))
                .asType(MethodType.methodType(int.class, NetworkChannel.class));
    }

    /** Why nothing can be set; empty if it can. */
    String missing() {
        return missing;
    }

    void set(NetworkChannel channel, LinuxOption option, int value) throws IOException {
        kernel().set(
                        descriptor(channel),
                        option,
                        number(Integer.BYTES).putInt(value).array());
    }

    void set(SocketChannel channel, LinuxOption option, String value) throws IOException {
        kernel().set(descriptor(channel), option, value.getBytes(StandardCharsets.US_ASCII));
    }

    /** Fills the value as far as the kernel has bytes for it. */
    void get(SocketChannel channel, LinuxOption option, byte[] value) throws IOException {
        kernel().get(descriptor(channel), option, value);
    }

    int get(SocketChannel channel, LinuxOption option) throws IOException {
        ByteBuffer value = number(Integer.BYTES);
        kernel().get(descriptor(channel), option, value.array());
        return value.getInt();
    }

    String text(SocketChannel channel, LinuxOption option) throws IOException {
        byte[] value = new byte[LONGEST_NAME];
        kernel().get(descriptor(channel), option, value);
        return new String(value, StandardCharsets.US_ASCII).split("\0", 2)[0];
    }

    /** Bytes a second; {@link Long#MAX_VALUE} for as fast as it goes. Gives whether that holds. */
    boolean pace(SocketChannel channel, long rate) {
        if (rate < 1) {
            throw new IllegalArgumentException("a rate of " + rate + " bytes a second; it must be at least 1");
        }
        // Up to 4 GB/s every kernel takes 32 bits, of which all ones mean no limit; 64 bits are known since Linux 5.0.
        boolean unlimited = rate == Long.MAX_VALUE;
        byte[] value = unlimited || rate < UNSIGNED_MAX
                ? number(Integer.BYTES).putInt(unlimited ? -1 : (int) rate).array()
                : number(Long.BYTES).putLong(rate).array();
        try {
            kernel().set(descriptor(channel), LinuxOption.SO_MAX_PACING_RATE, value);
            return true;
        } catch (IOException e) {
            LOG.debug("a connection cannot be paced", e);
            return false;
        }
    }

    /** Bytes a second; {@link Long#MAX_VALUE} for as fast as it goes. */
    long pacing(SocketChannel channel) throws IOException {
        // Kernels before 5.0 fill the lower half only.
        byte[] value = new byte[Long.BYTES];
        kernel().get(descriptor(channel), LinuxOption.SO_MAX_PACING_RATE, value);
        long rate = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getLong();
        return rate == -1 || rate == UNSIGNED_MAX ? Long.MAX_VALUE : rate;
    }

    /** See {@link org.ferrule.stream.Stream#bandwidth}. */
    long bandwidth(SocketChannel channel) {
        // As in linux/inet_diag.h: the rate (low half first), the shortest round trip, and in 256ths the gains of the
        // pace and of the congestion window. What other congestion controls tell is shorter.
        ByteBuffer info = number(BBR_INFO);
        try {
            kernel().get(descriptor(channel), LinuxOption.TCP_CC_INFO, info.array());
        } catch (IOException e) {
            LOG.debug("what a connection's congestion control found cannot be read", e);
            return 0;
        }
        long rate = (info.getInt(0) & UNSIGNED_MAX) | (info.getInt(Integer.BYTES) & UNSIGNED_MAX) << Integer.SIZE;
        boolean bbr = info.getInt(BBR_WINDOW_GAIN) != 0;
        long least = info.getInt(BBR_ROUND_TRIP) & UNSIGNED_MAX;
        boolean known = bbr && least >= WAN;
        boolean found = known && (info.getInt(BBR_PACING_GAIN) < BBR_LOOKS || roundTrip(channel) >= CROWDED * least);
        return found ? rate : 0;
    }

    /** The round trip that the kernel reckons with, smoothed, in microseconds; 0 if that cannot be read. */
    private long roundTrip(SocketChannel channel) {
        ByteBuffer info = number(INFO_ROUND_TRIP + Integer.BYTES);
        try {
            kernel().get(descriptor(channel), LinuxOption.TCP_INFO, info.array());
            return info.getInt(INFO_ROUND_TRIP) & UNSIGNED_MAX;
        } catch (IOException e) {
            LOG.debug("how long a connection's round trip takes cannot be read", e);
            return 0;
        }
    }

    private Kernel kernel() throws IOException {
        if (kernel == null) {
            throw new IOException(missing);
        }
        return kernel;
    }

    private static ByteBuffer number(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }

    private int descriptor(NetworkChannel channel) throws IOException {
        // The number of a closed channel may be another connection's by now. Whoever calls owns the channel, so that it
        // is not closed in between.
        if (!channel.isOpen()) {
            throw new java.nio.channels.ClosedChannelException();
        }
        try {
            return (int) descriptor.invokeExact(channel);
        } catch (Throwable e) {
            throw new IOException("a channel without a file descriptor: " + channel, e);
        }
    }
}
