package org.ferrule.net.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;
import org.ferrule.stream.KernelSettings;
import org.ferrule.stream.TcpSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is set on real sockets is read back from the kernel, and what cannot be set is told. */
class SocketOptionsTest {
    /** More than any system's limit of a buffer. */
    private static final int HUGE = 1 << 30;

    private static final int EPERM = 1;

    private final KernelLimits limits = new KernelLimits();
    private final LinuxSockets linux = LinuxSockets.open();
    private final SocketOptions options = new SocketOptions(linux, limits);
    private SocketPair pair;

    @BeforeEach
    void connect() throws IOException {
        pair = SocketPair.open();
    }

    @AfterEach
    void disconnect() throws IOException {
        pair.close();
    }

    private static TcpSettings asking(int buffers, KernelSettings kernel) {
        return new TcpSettings(
                Duration.ZERO, true, false, buffers, buffers, 1 << 16, 1 << 15, Duration.ZERO, kernel, "/Common/x");
    }

    private static KernelSettings congestion(String name) {
        return new KernelSettings(name, false, 0, Duration.ZERO, Duration.ZERO, 0);
    }

    private static boolean isAdmin() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
                .filter(l -> l.startsWith("CapEff:"))
                .findFirst()
                .orElseThrow();
        int capNetAdmin = 12;
        return (Long.parseUnsignedLong(line.substring(7).strip(), 16) >> capNetAdmin & 1) == 1;
    }

    @Test
    void theKernelsOptionsCanBeReachedHere() {
        assertEquals("", linux.missing());
    }

    @ParameterizedTest
    @ValueSource(strings = {"reno", "cubic", "bbr"})
    void congestionControlIsWhatWasAskedFor(String name) throws IOException {
        List<String> available = List.of(limits.read(KernelLimits.AVAILABLE).split(" "));
        List<String> allowed = List.of(limits.read(KernelLimits.ALLOWED).split(" "));
        // Those two every kernel of a distribution has.
        assumeTrue(!name.equals("bbr") || available.contains("bbr"), "the kernel has no bbr: modprobe tcp_bbr");
        Map<String, String> lacking = options.set(pair.near(), asking(0, congestion(name)));
        if (isAdmin() || allowed.contains(name)) {
            assertEquals(Map.of(), lacking);
            assertEquals(name, linux.text(pair.near(), LinuxOption.TCP_CONGESTION));
        } else {
            assertTrue(lacking.get("congestion-control").contains("sysctl -w " + KernelLimits.ALLOWED));
        }
    }

    @Test
    void congestionControlThatTheKernelHasNotIsToldWithWhatItHas() throws IOException {
        String before = linux.text(pair.near(), LinuxOption.TCP_CONGESTION);
        assertEquals(
                Map.of(
                        "congestion-control",
                        "congestion-control nosuch is not set: the kernel has only "
                                + limits.read(KernelLimits.AVAILABLE)
                                + " (net.ipv4.tcp_available_congestion_control); load another with: modprobe"
                                + " tcp_nosuch"),
                options.set(pair.near(), asking(0, congestion("nosuch"))));
        assertEquals(before, linux.text(pair.near(), LinuxOption.TCP_CONGESTION));
    }

    @Test
    void theRestIsReadBackToo() throws IOException {
        KernelSettings all =
                new KernelSettings("", true, 131_072, Duration.ofMillis(12_345), Duration.ofSeconds(77), 5);
        assertEquals(Map.of(), options.set(pair.far(), asking(65_536, all)));
        assertEquals(131_072, linux.get(pair.far(), LinuxOption.TCP_NOTSENT_LOWAT));
        assertEquals(12_345, linux.get(pair.far(), LinuxOption.TCP_USER_TIMEOUT));
        assertEquals(77, pair.far().getOption(ExtendedSocketOptions.TCP_KEEPIDLE));
        assertEquals(77, pair.far().getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL));
        assertEquals(5, pair.far().getOption(ExtendedSocketOptions.TCP_KEEPCOUNT));
        assertEquals(true, pair.far().getOption(ExtendedSocketOptions.TCP_QUICKACK));
        assertEquals(true, pair.far().getOption(StandardSocketOptions.TCP_NODELAY));
        assertEquals(65_536, pair.far().getOption(StandardSocketOptions.SO_SNDBUF));
        assertEquals(65_536, pair.far().getOption(StandardSocketOptions.SO_RCVBUF));
    }

    @Test
    void acceptedConnectionsInheritFromTheListeningSocketAndUndoWhatItHadBefore() throws IOException {
        KernelSettings all =
                new KernelSettings("", false, 131_072, Duration.ofMillis(12_345), Duration.ofSeconds(77), 5);
        try (ServerSocketChannel listening =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            assertTrue(options.inherit(listening, asking(0, all)));
            try (SocketChannel near = SocketChannel.open(listening.getLocalAddress());
                    SocketChannel far = listening.accept()) {
                assertEquals(131_072, linux.get(far, LinuxOption.TCP_NOTSENT_LOWAT));
                assertEquals(12_345, linux.get(far, LinuxOption.TCP_USER_TIMEOUT));
                assertEquals(77, far.getOption(ExtendedSocketOptions.TCP_KEEPIDLE));
                assertEquals(77, far.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL));
                assertEquals(5, far.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT));
                assertEquals(true, far.getOption(StandardSocketOptions.TCP_NODELAY));
                assertEquals(true, far.getOption(StandardSocketOptions.SO_KEEPALIVE));
            }
            assertTrue(options.inherit(listening, asking(0, KernelSettings.NONE)));
            try (SocketChannel near = SocketChannel.open(listening.getLocalAddress());
                    SocketChannel far = listening.accept()) {
                for (LinuxOption option : List.of(
                        LinuxOption.TCP_NOTSENT_LOWAT, LinuxOption.TCP_USER_TIMEOUT, LinuxOption.TCP_KEEPIDLE)) {
                    assertEquals(linux.get(near, option), linux.get(far, option), option.toString());
                }
                assertEquals(
                        near.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT),
                        far.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT));
            }
            assertFalse(
                    new SocketOptions(LinuxSockets.open(() -> new RefusingKernel(EPERM)), limits)
                            .inherit(listening, asking(0, all)),
                    "each connection has to be given them");
        }
    }

    @Test
    void whatIsNotAskedForStaysTheSystems() throws IOException {
        String congestion = linux.text(pair.near(), LinuxOption.TCP_CONGESTION);
        int idle = pair.near().getOption(ExtendedSocketOptions.TCP_KEEPIDLE);
        int sendBuffer = pair.near().getOption(StandardSocketOptions.SO_SNDBUF);
        assertEquals(Map.of(), options.set(pair.near(), asking(0, KernelSettings.NONE)));
        assertEquals(congestion, linux.text(pair.near(), LinuxOption.TCP_CONGESTION));
        assertEquals(idle, pair.near().getOption(ExtendedSocketOptions.TCP_KEEPIDLE));
        assertEquals(sendBuffer, pair.near().getOption(StandardSocketOptions.SO_SNDBUF));
        assertEquals(0, linux.get(pair.near(), LinuxOption.TCP_USER_TIMEOUT));
        assertEquals(Long.MAX_VALUE, linux.pacing(pair.near()));
    }

    @Test
    void buffersPassTheSystemsLimitWhereTheApplianceMay() throws IOException {
        assumeTrue(isAdmin(), "the tests have no CAP_NET_ADMIN");
        assertEquals(Map.of(), options.set(pair.near(), asking(HUGE - 1, KernelSettings.NONE)));
        assertEquals(HUGE - 1, pair.near().getOption(StandardSocketOptions.SO_SNDBUF));
        assertEquals(HUGE - 1, pair.near().getOption(StandardSocketOptions.SO_RCVBUF));
    }

    @Test
    void whatTheKernelCutsIsToldWithTheSettingThatRaisesIt() throws IOException {
        for (LinuxSockets barred :
                List.of(LinuxSockets.without("a test"), LinuxSockets.open(() -> new RefusingKernel(EPERM)))) {
            SocketOptions cut = new SocketOptions(barred, limits);
            Map<String, String> lacking = cut.set(pair.near(), asking(HUGE, KernelSettings.NONE));
            assertEquals(
                    "a send-buffer-size of 1073741824 bytes was asked for, the kernel gives "
                            + limits.read("net.core.wmem_max")
                            + "; raise its limit with: sysctl -w net.core.wmem_max=1073741824, or give the appliance"
                            + " CAP_NET_ADMIN",
                    lacking.get("send-buffer-size"));
            assertTrue(
                    lacking.get("receive-window-size").contains("sysctl -w net.core.rmem_max=1073741824"),
                    lacking.toString());
        }
    }

    @Test
    void anAlgorithmThatIsNotAllowedIsToldWithTheSettingThatAllowsIt(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("net/ipv4/tcp_allowed_congestion_control");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "reno cubic\n");
        SocketOptions barred =
                new SocketOptions(LinuxSockets.open(() -> new RefusingKernel(EPERM)), new KernelLimits(folder));
        assertEquals(
                Map.of(
                        "congestion-control",
                        "congestion-control bbr is not set: the kernel allows only reno cubic to a process without"
                                + " CAP_NET_ADMIN; allow it with: sysctl -w"
                                + " net.ipv4.tcp_allowed_congestion_control=\"reno cubic bbr\""),
                barred.set(pair.near(), asking(0, congestion("bbr"))));
    }

    @Test
    void withoutJnaTheRestIsSetAllTheSame() throws IOException {
        LinuxSockets none = LinuxSockets.open(() -> {
            throw new NoClassDefFoundError("com/sun/jna/Library");
        });
        assertNotEquals("", none.missing());
        KernelSettings all =
                new KernelSettings("reno", true, 131_072, Duration.ofSeconds(9), Duration.ofSeconds(77), 5);
        Map<String, String> lacking = new SocketOptions(none, limits).set(pair.near(), asking(65_536, all));
        assertEquals(
                Map.of(
                        "congestion-control", "congestion-control reno is not set: " + none.missing(),
                        "unsent-low-water-mark", "unsent-low-water-mark 131072 is not set: " + none.missing(),
                        "user-timeout", "user-timeout 9000 is not set: " + none.missing()),
                lacking);
        assertEquals(77, pair.near().getOption(ExtendedSocketOptions.TCP_KEEPIDLE));
        assertEquals(false, none.pace(pair.near(), 1000));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 125_000, 3_000_000_000L, 5_000_000_000L, Long.MAX_VALUE})
    void ratesAreReadBackBeyondThirtyTwoBitsToo(long rate) throws IOException {
        assertTrue(linux.pace(pair.near(), 777));
        assertEquals(777, linux.pacing(pair.near()));
        assertTrue(linux.pace(pair.near(), rate));
        assertEquals(rate, linux.pacing(pair.near()));
    }
}
