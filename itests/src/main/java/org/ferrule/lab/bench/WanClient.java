package org.ferrule.lab.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;

/** Fetches over connections of its own, and compares each byte with what it should be. */
final class WanClient {
    private static final int CHUNK = 1 << 17;
    private static final int STALLED = 60_000;

    /** How long the origin's small answer is. */
    private static final int SMALL = 14;

    /** The end of an answer's headers. */
    private static final byte[] BLANK_LINE = {'\r', '\n', '\r', '\n'};

    private WanClient() {}

    /** Seconds that it takes to fetch the beginning of a file, divided among clients, each with its connection. */
    static double fetch(InetSocketAddress at, String kind, byte[] content, int bytes, int clients) {
        int each = bytes / clients;
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            long start = System.nanoTime();
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                int from = i * each;
                all.add(threads.submit(() -> fetch(at, kind, content, from, each, 0, n -> false)));
            }
            for (Future<Integer> one : all) {
                one.get();
            }
            return (System.nanoTime() - start) / 1e9;
        } catch (ExecutionException e) {
            throw new IllegalStateException(kind + " through " + at + ": " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Seconds that it takes to fetch a file as often as so many bytes take, which are new each time. */
    static double fetchNew(InetSocketAddress at, String kind, byte[] content, int bytes, int mask) {
        long start = System.nanoTime();
        fetch(at, kind, content, 0, bytes, mask, n -> false);
        return (System.nanoTime() - start) / 1e9;
    }

    /** Megabits a second that a fetch reaches which is broken off after some time. */
    static double rate(InetSocketAddress at, String kind, byte[] content, int seconds) {
        long start = System.nanoTime();
        long end = start + seconds * 1_000_000_000L;
        int got = fetch(at, kind, content, 0, content.length, 0, n -> System.nanoTime() >= end);
        return got * 8e3 / (System.nanoTime() - start);
    }

    /** Fetches a file over and over, 2 GB in one connection, on a thread of its own, until it is closed. */
    static final class Bulk implements AutoCloseable {
        private final Thread thread;
        private volatile boolean enough;
        private volatile RuntimeException failure;
        private final AtomicLong bytes = new AtomicLong();

        Bulk(InetSocketAddress at, String kind, byte[] content) {
            thread = new Thread(
                    () -> {
                        try {
                            while (!enough) {
                                fetch(at, kind, content, 0, Integer.MAX_VALUE, 0, got -> {
                                    bytes.addAndGet(got);
                                    return enough;
                                });
                            }
                        } catch (RuntimeException e) {
                            failure = e;
                        }
                    },
                    "bulk");
            thread.start();
        }

        /** What came so far. */
        long bytes() {
            return bytes.get();
        }

        @Override
        public void close() {
            enough = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (failure != null) {
                throw failure;
            }
        }
    }

    /**
     * @param mask {@link WanContent#mask}
     * @param enough is given the length of each piece that came, and says whether to break off
     */
    private static int fetch(
            InetSocketAddress at, String kind, byte[] content, int from, int length, int mask, IntPredicate enough) {
        try (Socket socket = connected(at)) {
            ask(socket, "/" + kind + "/" + from + "/" + length + "/" + mask);
            InputStream in = socket.getInputStream();
            skipHeaders(in);
            byte[] chunk = new byte[CHUNK];
            int got = 0;
            boolean broken = false;
            while (got < length && !broken) {
                int place = (int) (((long) from + got) % content.length);
                int n = in.read(chunk, 0, Math.min(CHUNK, content.length - place));
                if (n < 0) {
                    throw new IllegalStateException("it ended after " + got + " bytes of " + length);
                }
                WanContent.masked(chunk, n, WanContent.mask(mask, (long) from + got, content.length));
                int differs = Arrays.mismatch(chunk, 0, n, content, place, place + n);
                if (differs >= 0) {
                    throw new IllegalStateException("byte " + (got + differs) + " is wrong");
                }
                got += n;
                broken = enough.test(n);
            }
            return got;
        } catch (SocketTimeoutException e) {
            throw new IllegalStateException("nothing came for a minute", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Milliseconds from dialling to the last byte of a small answer, one connection after the other, sorted. */
    static double[] small(InetSocketAddress at, int count) {
        double[] took = new double[count];
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            try (Socket socket = connected(at)) {
                small(socket);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            took[i] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(took);
        return took;
    }

    /**
     * Milliseconds from the question to the last byte of a small answer, sorted: so many connections are open, and one
     * after the other each asks once.
     *
     * @param gapMillis between two questions
     */
    static double[] waiting(InetSocketAddress at, int count, int gapMillis) {
        List<Socket> open = new ArrayList<>();
        double[] took = new double[count];
        try {
            for (int i = 0; i < count; i++) {
                open.add(connected(at));
            }
            for (int i = 0; i < count; i++) {
                LockSupport.parkNanos(gapMillis * 1_000_000L);
                long start = System.nanoTime();
                small(open.get(i));
                took[i] = (System.nanoTime() - start) / 1e6;
            }
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Arrays.sort(took);
        return took;
    }

    private static Socket connected(InetSocketAddress at) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(STALLED);
        socket.connect(at, STALLED);
        return socket;
    }

    private static void small(Socket socket) throws IOException {
        ask(socket, "/");
        InputStream in = socket.getInputStream();
        skipHeaders(in);
        if (in.readNBytes(SMALL).length != SMALL) {
            throw new IllegalStateException(socket.getRemoteSocketAddress() + " gave no answer");
        }
    }

    private static void ask(Socket socket, String path) throws IOException {
        socket.setTcpNoDelay(true);
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: origin\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    private static void skipHeaders(InputStream in) throws IOException {
        int matched = 0;
        while (matched < BLANK_LINE.length) {
            int b = in.read();
            if (b < 0) {
                throw new IllegalStateException("it ended before the answer began");
            }
            matched = b == BLANK_LINE[matched] ? matched + 1 : b == '\r' ? 1 : 0;
        }
    }
}
