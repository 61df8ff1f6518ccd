package org.ferrule.net.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.ferrule.memory.MemoryBudget;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Listener;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;
import org.ferrule.stream.TcpSettings;

/** A network with plain sockets as its peers, and a handler that notes what it is told. */
final class Lab implements AutoCloseable {
    static final TcpSettings SETTINGS =
            new TcpSettings(Duration.ZERO, false, false, 0, 0, 1 << 16, 1 << 15, Duration.ZERO);

    final MemoryBudget budget;
    final TcpNetwork network;

    /** What a handler was told, in order, each with the loop on which it was. */
    final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    /** With memory for all that a test needs. */
    Lab() {
        this(MemoryBudget.ofProcess());
    }

    Lab(MemoryBudget budget) {
        this.budget = budget;
        network = new TcpNetwork(budget);
    }

    /** Sends back what it gets, and ends when its peer does. */
    class Echo implements StreamHandler {
        @Override
        public void received(Stream stream, ByteBuffer data) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            told.add("received " + new String(bytes) + " on " + here());
            stream.write(ByteBuffer.wrap(bytes));
        }

        @Override
        public void inputEnded(Stream stream) {
            told.add("ended on " + here());
            stream.shutdownOutput();
        }

        @Override
        public void paused(Stream stream) {
            told.add("paused on " + here());
        }

        @Override
        public void writable(Stream stream) {
            told.add("writable on " + here());
        }

        @Override
        public void closed(Stream stream, CloseReason reason) {
            told.add("closed " + reason.kind() + " on " + here());
        }
    }

    /** The number of the loop that this runs on. */
    int here() {
        return network.loops().stream()
                .filter(EventLoop::inLoop)
                .mapToInt(EventLoop::index)
                .findFirst()
                .orElse(-1);
    }

    Listener listen(Consumer<Stream> accepted) throws IOException {
        Listener listener = network.listen("test", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        listener.accept(SETTINGS, accepted);
        return listener;
    }

    static Socket connect(Listener listener) throws IOException {
        Socket socket =
                new Socket(listener.address().getAddress(), listener.address().getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** The next thing that was told; pauses are left out. */
    String next() throws InterruptedException {
        while (true) {
            String event = told.poll(10, TimeUnit.SECONDS);
            if (event == null || !event.startsWith("paused")) {
                return event;
            }
        }
    }

    /** Runs on the loop, and waits for it. */
    static void on(EventLoop loop, Runnable task) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                task.run();
                done.complete(null);
            } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        done.get(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        network.deactivate();
    }
}
