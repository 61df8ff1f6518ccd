package org.ferrule.net.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.ferrule.stream.ConnectHandler;
import org.ferrule.stream.Interception;
import org.ferrule.stream.Listener;
import org.ferrule.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses of others; with real routing between hosts it is the integration test's matter. */
@Timeout(60)
class TransparencyTest {
    private static final Transparency REAL = new Transparency(LinuxSockets.open());

    private static void privileged() {
        assumeTrue(
                REAL.missing().isEmpty(),
                () -> REAL.missing().map(Throwable::getMessage).orElse(""));
    }

    private static LinuxSockets refusing(int errno) {
        return LinuxSockets.open(() -> new RefusingKernel(errno));
    }

    @Test
    void withoutThePrivilegeTheRemedyIsTold() {
        String said = new Transparency(refusing(LinuxSockets.Refused.EPERM))
                .missing()
                .orElseThrow()
                .getMessage();
        assertTrue(said.contains("CAP_NET_ADMIN"), said);
        assertTrue(said.contains("AmbientCapabilities"), said);
        assertTrue(said.contains("setcap"), said);
    }

    @Test
    void elsewhereWhatIsMissingIsTold() {
        assertEquals(
                Optional.of("this is not Linux"),
                new Transparency(LinuxSockets.without("this is not Linux"))
                        .missing()
                        .map(Throwable::getMessage));
        assertEquals(
                Optional.of("the kernel refuses IP_TRANSPARENT (error 92)"),
                new Transparency(refusing(92)).missing().map(Throwable::getMessage));
    }

    @Test
    void whereNothingWasTranslatedTheDestinationIsTheSocketsOwnAddress() throws IOException {
        try (SocketPair pair = SocketPair.open()) {
            for (Transparency each :
                    new Transparency[] {REAL, new Transparency(refusing(LinuxSockets.Refused.ENOENT))}) {
                assertEquals(pair.far().getLocalAddress(), each.destination(pair.far()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Interception.class)
    void oneThatCallsTheListenerItselfHasTheListenerAsItsDestination(Interception how) throws Exception {
        if (how == Interception.TPROXY) {
            privileged();
        }
        try (Lab lab = new Lab()) {
            Listener listener =
                    lab.network.listen("test", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), how);
            CompletableFuture<InetSocketAddress> destination = new CompletableFuture<>();
            listener.accept(Lab.SETTINGS, stream -> {
                stream.handler(lab.new Echo());
                destination.complete(stream.localAddress());
            });
            try (Socket socket = Lab.connect(listener)) {
                assertEquals(socket.getRemoteSocketAddress(), destination.get(10, TimeUnit.SECONDS));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "127.0.0.1"})
    void aListenerIsClaimedAgainForAnotherMethod(String host) throws Exception {
        privileged();
        try (Lab lab = new Lab()) {
            Listener first = lab.network.listen("test", new InetSocketAddress(host, 0), Interception.REDIRECT);
            Listener second = lab.network.listen("test", first.address(), Interception.TPROXY);
            assertEquals(first.address(), second.address());
            first.close();
            second.accept(Lab.SETTINGS, stream -> stream.handler(lab.new Echo()));
            try (Socket socket = new Socket("127.0.0.1", second.address().getPort())) {
                socket.getOutputStream().write('w');
                assertEquals('w', socket.getInputStream().read());
            }
        }
    }

    private static Socket called(Lab lab, ServerSocket server, InetSocketAddress source) throws Exception {
        CompletableFuture<Stream> dialled = new CompletableFuture<>();
        lab.network.connect(
                lab.network.loops().get(0),
                (InetSocketAddress) server.getLocalSocketAddress(),
                Optional.of(source),
                Lab.SETTINGS,
                Duration.ofSeconds(10),
                new ConnectHandler() {
                    @Override
                    public void connected(Stream stream) {
                        stream.handler(lab.new Echo());
                        dialled.complete(stream);
                    }

                    @Override
                    public void failed(IOException reason) {
                        dialled.completeExceptionally(reason);
                    }
                });
        dialled.get(20, TimeUnit.SECONDS);
        return server.accept();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.77.7", "::1"})
    void aServerSeesTheSourceAndItsPortWhereThatIsFree(String host) throws Exception {
        privileged();
        InetAddress address = InetAddress.getByName(host);
        try (Lab lab = new Lab();
                ServerSocket server = new ServerSocket(0, 8, address)) {
            int port;
            try (ServerSocket free = new ServerSocket(0, 8, address)) {
                port = free.getLocalPort();
            }
            InetSocketAddress source = new InetSocketAddress(address, port);
            try (Socket first = called(lab, server, source);
                    Socket second = called(lab, server, source)) {
                assertEquals(source, first.getRemoteSocketAddress());
                // The first one has that port, to the same server.
                assertEquals(address, second.getInetAddress());
                assertNotEquals(port, second.getPort());
            }
        }
    }

    @Test
    void aSourceOfAnotherHostCanBeBound() throws IOException {
        privileged();
        InetSocketAddress other = new InetSocketAddress("198.51.100.77", 4567);
        try (SocketChannel channel = REAL.at(other)) {
            assertEquals(other, channel.getLocalAddress());
        }
    }

    @Test
    void aSourceOfTheOtherFamilyFailsAndSaysSo() throws Exception {
        privileged();
        try (Lab lab = new Lab();
                ServerSocket server = new ServerSocket(0, 8, InetAddress.getByName("::1"))) {
            Exception failed = assertThrows(
                    java.util.concurrent.ExecutionException.class,
                    () -> called(lab, server, new InetSocketAddress("127.0.77.7", 0)));
            assertTrue(failed.getMessage().contains("unsupportedaddresstype"), failed.toString());
        }
    }

    @Property
    void addressesOfTheKernelAreRead(@ForAll @Size(4) byte[] four, @ForAll @IntRange(max = 65535) int port)
            throws IOException {
        byte[] raw = ByteBuffer.allocate(16)
                .order(ByteOrder.nativeOrder())
                .putShort((short) 2)
                .order(ByteOrder.BIG_ENDIAN)
                .putShort((short) port)
                .put(four)
                .array();
        assertEquals(Optional.of(new InetSocketAddress(InetAddress.getByAddress(four), port)), Transparency.parse(raw));
    }

    @Property
    void addressesOfTheKernelAreReadInIpv6Too(@ForAll @Size(16) byte[] sixteen, @ForAll @IntRange(max = 65535) int port)
            throws IOException {
        byte[] raw = ByteBuffer.allocate(28)
                .order(ByteOrder.nativeOrder())
                .putShort((short) 10)
                .order(ByteOrder.BIG_ENDIAN)
                .putShort((short) port)
                .putInt(0)
                .put(sixteen)
                .array();
        assertEquals(
                Optional.of(new InetSocketAddress(InetAddress.getByAddress(sixteen), port)), Transparency.parse(raw));
    }

    @Property
    void whatIsNoAddressIsToldFromOne(@ForAll @Size(16) byte[] raw) throws IOException {
        int family = ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder()).getShort();
        assertEquals(family == 2, Transparency.parse(raw).isPresent());
    }
}
