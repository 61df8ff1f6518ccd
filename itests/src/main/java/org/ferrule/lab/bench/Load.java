package org.ferrule.lab.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** What clients do through a relay or a tunnel whose server echoes, or sends noise; and how that fares. */
final class Load {
    /** The length of a small message. */
    static final int MESSAGE = 64;

    private static final int WARM_UP = 2000;

    /** Who dial at once: of eight all waited at times, so that two cores had nothing to do for 6 % of it. */
    private static final int CALLERS = 16;

    /** A port is free again only after a minute: so many addresses have enough of them. */
    private static final int ADDRESSES = 32;

    private static final int STREAMS = 4;

    /** Longer than what any codec remembers. */
    private static final int NOISE = 1 << 24;

    private Load() {}

    /**
     * How long a small message and its echo take, in microseconds.
     *
     * @param median of half of them
     * @param p99 of 99 in a hundred
     */
    record Echo(double median, double p99) {}

    /** Sends 64 bytes and waits for them, again and again, over one connection. */
    static Echo echo(InetSocketAddress address, int seconds) {
        return echo(address, seconds, () -> new byte[MESSAGE]);
    }

    /** The same with messages of the caller's. */
    static Echo echo(InetSocketAddress address, int seconds, Supplier<byte[]> messages) {
        try (Socket socket = connect(address, 0)) {
            for (int i = 0; i < WARM_UP; i++) {
                exchange(socket, messages.get());
            }
            long[] took = new long[seconds * 100_000];
            int count = 0;
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            for (long now = System.nanoTime(); now < end && count < took.length; ) {
                exchange(socket, messages.get());
                long after = System.nanoTime();
                took[count++] = after - now;
                now = after;
            }
            Arrays.sort(took, 0, count);
            return new Echo(took[count / 2] / 1e3, took[count * 99 / 100] / 1e3);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** New connections a second, each of which has a small message echoed. */
    static double connections(InetSocketAddress address, int seconds) {
        AtomicLong count = new AtomicLong();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        atOnce(CALLERS, caller -> {
            for (int i = caller; System.nanoTime() < end; i += CALLERS) {
                try (Socket socket = connect(address, 1 + i % ADDRESSES)) {
                    exchange(socket);
                    count.incrementAndGet();
                }
            }
        });
        return count.get() / (double) seconds;
    }

    /** Milliseconds from dialling to the echo with nothing else going on, of the slowest of some connections. */
    static double lone(InetSocketAddress address, int count) {
        double slowest = 0;
        for (int i = 0; i < count; i++) {
            Tools.apart();
            long start = System.nanoTime();
            try (Socket socket = connect(address, 0)) {
                exchange(socket);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            slowest = Math.max(slowest, (System.nanoTime() - start) / 1e6);
        }
        return slowest;
    }

    /** Megabytes a second of what a {@link #noise} server sends, over a few connections. */
    static double stream(InetSocketAddress address, int seconds) {
        AtomicLong bytes = new AtomicLong();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        atOnce(STREAMS, number -> {
            byte[] chunk = new byte[1 << 16];
            try (Socket socket = connect(address, 0)) {
                InputStream in = socket.getInputStream();
                while (System.nanoTime() < end) {
                    bytes.addAndGet(in.read(chunk));
                }
            }
        });
        return bytes.get() / 1e6 / seconds;
    }

    /** Starts a server that sends each client what no codec makes smaller, for as long as it reads. */
    static ServerSocket noise(InetSocketAddress address) throws IOException {
        byte[] noise = new byte[NOISE];
        new Random(1).nextBytes(noise);
        ServerSocket server = new ServerSocket(address.getPort(), 64, address.getAddress());
        Thread thread = new Thread(() -> accept(server, noise), "noise");
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    private static void accept(ServerSocket server, byte[] noise) {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread thread = new Thread(() -> send(client, noise), "noise");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private static void send(Socket client, byte[] noise) {
        try (client) {
            OutputStream out = client.getOutputStream();
            for (int at = 0; ; at = at + (1 << 16) & NOISE - 1) {
                out.write(noise, at, 1 << 16);
            }
        } catch (IOException hasEnough) {
            // The client closed: it measured for as long as it wanted.
        }
    }

    private static Socket connect(InetSocketAddress address, int from) throws IOException {
        Socket socket = new Socket();
        socket.setReuseAddress(true);
        if (from > 0) {
            socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.40." + from), 0));
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        socket.connect(address, 30_000);
        return socket;
    }

    private static void exchange(Socket socket) throws IOException {
        exchange(socket, new byte[MESSAGE]);
    }

    private static void exchange(Socket socket, byte[] message) throws IOException {
        socket.getOutputStream().write(message);
        if (!Arrays.equals(message, socket.getInputStream().readNBytes(message.length))) {
            throw new IOException("a connection ended without its echo, or that is wrong");
        }
    }

    /** What one of several threads does. */
    @FunctionalInterface
    private interface Caller {
        void call(int number) throws IOException;
    }

    private static void atOnce(int callers, Caller caller) {
        AtomicReference<IOException> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                try {
                    caller.call(number);
                } catch (IOException e) {
                    failure.compareAndSet(null, e);
                }
            });
            threads.add(thread);
            thread.start();
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failure.get() != null) {
            throw new UncheckedIOException(failure.get());
        }
    }
}
