package org.ferrule.net.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.ObjectId;
import org.ferrule.shell.Status;
import org.ferrule.stream.ConnectHandler;
import org.ferrule.stream.Listener;
import org.ferrule.stream.Stream;
import org.ferrule.stream.TcpSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From an {@code ltm profile tcp} to the sockets of its connections and to {@code show}. */
@Timeout(30)
class ProfileTest {
    private static final String NAME = "/Common/far";

    private final Lab lab = new Lab();

    @AfterEach
    void end() {
        lab.close();
    }

    /** What profiles ask of a kernel that has all algorithms and allows one, and buffers up to 200,000 bytes. */
    @Test
    void whatTheKernelDoesForThePrivilegedOnlyTakesACapability(@TempDir Path folder) throws Exception {
        KernelLimits limits = new KernelLimits(folder);
        Files.createDirectories(folder.resolve("net/ipv4"));
        Files.createDirectories(folder.resolve("net/core"));
        Files.writeString(folder.resolve("net/ipv4/tcp_available_congestion_control"), "reno cubic bbr\n");
        Files.writeString(folder.resolve("net/ipv4/tcp_allowed_congestion_control"), "reno cubic\n");
        Files.writeString(folder.resolve("net/core/wmem_max"), "200000\n");
        Files.writeString(folder.resolve("net/core/rmem_max"), "200000\n");
        Set<String> admin = Set.of("CAP_NET_ADMIN");
        assertEquals(Set.of(), TcpNetwork.capabilities(tree(Map.of("send-buffer-size", "200000")), limits));
        assertEquals(admin, TcpNetwork.capabilities(tree(Map.of("send-buffer-size", "200001")), limits));
        assertEquals(admin, TcpNetwork.capabilities(tree(Map.of("receive-window-size", "200001")), limits));
        assertEquals(Set.of(), TcpNetwork.capabilities(tree(Map.of("congestion-control", "reno")), limits));
        assertEquals(Set.of(), TcpNetwork.capabilities(tree(Map.of("congestion-control", "absent")), limits));
        assertEquals(admin, TcpNetwork.capabilities(tree(Map.of("congestion-control", "bbr")), limits));
        ConfigObject shipped = new ConfigObject(
                new ObjectId("ltm profile tcp", "/Common/shipped"), 1, Map.of("congestion-control", "bbr"));
        ConfigTree alone = ConfigTree.of(List.of(shipped), List.of());
        assertEquals(Set.of(), TcpNetwork.capabilities(alone, limits), "nothing uses it");
        ConfigTree paired = alone.with(new ConfigObject(new ObjectId("cm trusted-device", "/Common/dc"), 1, Map.of()));
        assertEquals(admin, TcpNetwork.capabilities(paired, limits));
    }

    private static ConfigTree tree(Map<String, Object> properties) {
        return ConfigTree.EMPTY.with(new ConfigObject(new ObjectId("ltm profile tcp", NAME), 1, properties));
    }

    private Status show() {
        List<Status> all = new TcpStatus(lab.network).status();
        assertEquals(1, all.size());
        return all.get(0);
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> section(String name) {
        return (Map<String, Object>) show().values().get(name);
    }

    @Test
    void bothEndsOfAConnectionHaveWhatTheirProfileSays() throws Exception {
        lab.network.reconcile(tree(Map.of("congestion-control", "reno", "unsent-low-water-mark", "131072")));
        TcpSettings settings = lab.network.settings(NAME);
        CompletableFuture<Stream> accepted = new CompletableFuture<>();
        CompletableFuture<Stream> dialled = new CompletableFuture<>();
        Listener listener = lab.network.listen("test", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        listener.accept(settings, accepted::complete);
        Loop loop = lab.network.group().loops().get(0);
        lab.network.connect(loop, listener.address(), settings, Duration.ofSeconds(10), to(dialled));
        List<Stream> ends = List.of(dialled.get(10, TimeUnit.SECONDS), accepted.get(10, TimeUnit.SECONDS));
        for (Stream stream : ends) {
            assertEquals("reno 131072", set(stream));
        }
        assertEquals(2L, show().values().get("current-connections"));
        // Each on its own loop: which of them sees the other's reset first is anybody's guess.
        for (Stream stream : ends) {
            Lab.on((Loop) stream.loop(), stream::reset);
            Lab.on((Loop) stream.loop(), () -> {});
        }
        assertEquals(0L, show().values().get("current-connections"));
        assertEquals(2L, show().values().get("total-connections"));
    }

    /** What the kernel has on the stream's socket. */
    private String set(Stream stream) throws Exception {
        LinuxSockets linux = lab.network.group().options().linux();
        AtomicReference<String> set = new AtomicReference<>();
        Lab.on(stream.loop(), () -> {
            try {
                SocketChannel channel = channel(stream);
                set.set(linux.text(channel, LinuxOption.TCP_CONGESTION) + " "
                        + linux.get(channel, LinuxOption.TCP_NOTSENT_LOWAT));
            } catch (java.io.IOException e) {
                throw new AssertionError(e);
            }
        });
        return set.get();
    }

    private static SocketChannel channel(Stream stream) {
        return ((Loop) stream.loop())
                .selector().keys().stream()
                        .filter(key -> key.attachment() == stream)
                        .map(key -> (SocketChannel) key.channel())
                        .findFirst()
                        .orElseThrow();
    }

    private static ConnectHandler to(CompletableFuture<Stream> result) {
        return new ConnectHandler() {
            @Override
            public void connected(Stream stream) {
                result.complete(stream);
            }

            @Override
            public void failed(java.io.IOException reason) {
                result.completeExceptionally(reason);
            }
        };
    }

    @Test
    void showTellsWhatIsSet() {
        lab.network.reconcile(tree(Map.of(
                "congestion-control",
                "reno",
                "unsent-low-water-mark",
                "131072",
                "user-timeout",
                "30000",
                "keep-alive-interval",
                "77",
                "keep-alive-probes",
                "5",
                "send-buffer-size",
                "65536")));
        assertEquals("The kernel does all that it asks for", show().reason());
        assertEquals(
                Map.of(
                        "congestion-control", "reno",
                        "send-buffer-size", "65536 bytes",
                        "receive-window-size", section("kernel").get("receive-window-size"),
                        "unsent-low-water-mark", "131072 bytes",
                        "user-timeout", "30000 ms",
                        "keep-alive", "after 77 s, then every 77 s, 5 times"),
                section("kernel"));
        assertTrue(section("kernel").get("receive-window-size").toString().startsWith("the kernel's own tuning"));
        assertEquals(
                List.of("send-buffer-size", "receive-window-size", "send-buffer-tuned", "receive-window-tuned"),
                List.copyOf(section("buffer-ceilings").keySet()));
    }

    @Test
    void showTellsWhatIsNotSetAndWhy() {
        lab.network.reconcile(tree(Map.of("congestion-control", "nosuch")));
        assertEquals("The kernel does not do all of it", show().reason());
        String line = (String) section("not-set").get("congestion-control");
        assertTrue(line.contains("net.ipv4.tcp_available_congestion_control"), line);
    }

    @Test
    void aNameThatNoKernelCouldHaveIsRefused() {
        ConfigException refused = assertThrows(
                ConfigException.class,
                () -> lab.network.prepare(ConfigTree.EMPTY, tree(Map.of("congestion-control", "Two Words"))));
        assertTrue(refused.getMessage().contains(NAME), refused.getMessage());
        assertTrue(refused.getMessage().contains("bbr, cubic or reno"), refused.getMessage());
    }

    @Test
    void aPacedStreamTakesItsTime() throws Exception {
        int rate = 4 << 20;
        TcpSettings roomy = new TcpSettings(Duration.ZERO, false, false, 0, 0, rate, 1, Duration.ZERO);
        CompletableFuture<Stream> accepted = new CompletableFuture<>();
        Listener listener = lab.network.listen("test", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        listener.accept(roomy, accepted::complete);
        try (Socket socket = Lab.connect(listener)) {
            Stream stream = accepted.get(10, TimeUnit.SECONDS);
            long start = System.nanoTime();
            Lab.on(stream.loop(), () -> {
                assertTrue(stream.pace(rate));
                stream.write(java.nio.ByteBuffer.allocate(rate / 2));
                stream.shutdownOutput();
            });
            assertEquals(rate / 2, socket.getInputStream().readAllBytes().length);
            // Half a second, less the first ten packets (640 KB here), which the kernel does not pace. Unpaced it is a
            // few milliseconds.
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertTrue(millis >= 200, "it took only " + millis + " ms");
        }
    }

    /** A peer that reads nothing takes what its buffer and the mark allow, and no more: the rest is queued here. */
    @Test
    void theKernelHoldsNoMoreUnsentThanTheMark() throws Exception {
        TcpSettings roomy = new TcpSettings(Duration.ZERO, false, false, 0, 0, 1 << 24, 1, Duration.ZERO);
        long marked = queuedOf(roomy, 1 << 14);
        long unmarked = queuedOf(roomy, 1 << 23);
        assertTrue(marked >= unmarked + (1 << 20), marked + " and " + unmarked + " bytes are queued");
    }

    private long queuedOf(TcpSettings settings, int mark) throws Exception {
        CompletableFuture<Stream> accepted = new CompletableFuture<>();
        Listener listener = lab.network.listen("test", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        listener.accept(settings, accepted::complete);
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(1 << 14);
            socket.connect(listener.address());
            Stream stream = accepted.get(10, TimeUnit.SECONDS);
            CompletableFuture<Long> queued = new CompletableFuture<>();
            Lab.on(stream.loop(), () -> {
                assertThrows(IllegalArgumentException.class, () -> stream.unsentLowWaterMark(0));
                assertTrue(stream.unsentLowWaterMark(mark));
                stream.write(java.nio.ByteBuffer.allocate(1 << 23));
                queued.complete(stream.queued());
            });
            return queued.get(10, TimeUnit.SECONDS);
        } finally {
            listener.close();
        }
    }

    @Test
    void aRateOfNothingIsADefect() throws Exception {
        try (SocketPair pair = SocketPair.open()) {
            LinuxSockets linux = lab.network.group().options().linux();
            assertThrows(IllegalArgumentException.class, () -> linux.pace(pair.near(), 0));
        }
    }
}
