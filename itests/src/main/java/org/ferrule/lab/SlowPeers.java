package org.ferrule.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Clients or servers in a process of their own, which send all that they have and read nothing until they are told to. Then
 * they read, check every byte, and end. A client says first, in 8 bytes, by what seed both sides make their bytes.
 */
public final class SlowPeers implements AutoCloseable {
    /** What each side sends. */
    public static final int BYTES = 48 << 10;

    private static final int BACKLOG = 8192;
    private static final int SEED = Long.BYTES;
    private static final int CHUNK = 1 << 14;

    /** Small, so that what nobody reads waits in the appliance and not in the kernel. */
    private static final int KERNEL = 1 << 13;

    private static final long EVERY_MILLIS = 100;

    private final Process process;
    private final Path output;

    private SlowPeers(Path output, String... arguments) throws IOException {
        this.output = output;
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                SlowPeers.class.getName()));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    /** Servers at an address. */
    public static SlowPeers serve(Path output, InetSocketAddress address) throws IOException {
        SlowPeers servers = new SlowPeers(
                output, "serve", address.getAddress().getHostAddress(), Integer.toString(address.getPort()));
        Await.until("slow servers listen", () -> servers.state().containsKey("open"));
        return servers;
    }

    /** So many clients of addresses, in turn. */
    public static SlowPeers call(Path output, int count, List<InetSocketAddress> addresses) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("call", Integer.toString(count)));
        for (InetSocketAddress address : addresses) {
            arguments.add(address.getAddress().getHostAddress());
            arguments.add(Integer.toString(address.getPort()));
        }
        return new SlowPeers(output, arguments.toArray(String[]::new));
    }

    /** From now on they read. */
    public void read() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    /** How many are open, done, lost, and got a wrong byte; and the first problem in words. */
    public Map<String, Integer> state() {
        try {
            Map<String, Integer> state = new TreeMap<>();
            List<String> lines = Files.readAllLines(output);
            for (String line : lines) {
                if (line.startsWith("state")) {
                    String[] words = line.split(" ");
                    for (int i = 1; i + 1 < words.length; i += 2) {
                        state.put(words[i], Integer.valueOf(words[i + 1]));
                    }
                }
            }
            return state;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that the process said beside its state. */
    public List<String> problems() {
        try {
            return Files.readAllLines(output).stream()
                    .filter(line -> !line.startsWith("state"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** {@code serve ADDRESS PORT} or {@code call COUNT ADDRESS PORT ADDRESS PORT …}; a line on the standard input: read. */
    public static void main(String[] args) throws IOException {
        Herd herd = new Herd();
        if (args[0].equals("serve")) {
            herd.listen(new InetSocketAddress(args[1], Integer.parseInt(args[2])));
        } else {
            int ways = (args.length - 2) / 2;
            for (int i = 0; i < Integer.parseInt(args[1]); i++) {
                int at = 2 + 2 * (i % ways);
                herd.call(i, new InetSocketAddress(args[at], Integer.parseInt(args[at + 1])));
                herd.turn(false);
            }
        }
        Thread told = new Thread(
                () -> {
                    try (BufferedReader in =
                            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
                        herd.reads = in.readLine() != null;
                        herd.selector.wakeup();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                "told");
        told.setDaemon(true);
        told.start();
        while (true) {
            herd.turn(true);
        }
    }

    /** All of them, on one thread. */
    private static final class Herd {
        private final Selector selector = Selector.open();
        private final ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        private final byte[] wanted = new byte[CHUNK];
        private final List<One> all = new ArrayList<>();
        private volatile boolean reads;
        private boolean reading;
        private int open;
        private int done;
        private int lost;
        private int wrong;
        private String said = "";
        private long saidAt;

        Herd() throws IOException {}

        void listen(InetSocketAddress address) throws IOException {
            ServerSocketChannel listener = ServerSocketChannel.open();
            listener.setOption(StandardSocketOptions.SO_RCVBUF, KERNEL);
            listener.configureBlocking(false);
            listener.bind(address, BACKLOG);
            listener.register(selector, SelectionKey.OP_ACCEPT);
        }

        void call(long seed, InetSocketAddress address) throws IOException {
            SocketChannel channel = SocketChannel.open();
            small(channel);
            channel.connect(address);
            all.add(new One(channel, seed, SelectionKey.OP_CONNECT));
        }

        private static void small(SocketChannel channel) throws IOException {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, KERNEL);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, KERNEL);
            channel.configureBlocking(false);
        }

        void turn(boolean waits) throws IOException {
            if (reads && !reading) {
                reading = true;
                for (One one : List.copyOf(all)) {
                    one.wants(one.key.interestOps());
                }
            }
            if (waits) {
                selector.select(this::ready, EVERY_MILLIS);
            } else {
                selector.selectNow(this::ready);
            }
            String state = "state open " + open + " done " + done + " lost " + lost + " wrong " + wrong;
            long now = System.nanoTime() / 1_000_000;
            if (!state.equals(said) && now - saidAt > EVERY_MILLIS) {
                said = state;
                saidAt = now;
                System.out.println(state);
            }
        }

        private void ready(SelectionKey key) {
            try {
                if (key.attachment() instanceof One one) {
                    one.ready();
                    return;
                }
                for (SocketChannel next = accept(key); next != null; next = accept(key)) {
                    small(next);
                    all.add(new One(next, -1, SelectionKey.OP_READ));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static SocketChannel accept(SelectionKey key) throws IOException {
            return ((ServerSocketChannel) key.channel()).accept();
        }

        /** One connection. A server's seed is not known (-1) until its client has said it. */
        private final class One {
            private final SocketChannel channel;
            private final SelectionKey key;
            private final ByteBuffer head = ByteBuffer.allocate(SEED);
            private final boolean server;
            private long seed;
            private int sent;
            private int got;
            private boolean inputEnded;
            private boolean over;

            One(SocketChannel channel, long seed, int interest) throws IOException {
                this.channel = channel;
                this.seed = seed;
                server = seed < 0;
                key = channel.register(selector, interest, this);
                if (!server) {
                    head.putLong(seed).flip();
                }
            }

            /** Keeps what it waits for, and reads where that is wanted now. */
            void wants(int operations) {
                if (!over && (operations & SelectionKey.OP_CONNECT) == 0) {
                    boolean begins = server && seed < 0;
                    key.interestOps((!inputEnded && (begins || reading) ? SelectionKey.OP_READ : 0)
                            | (!begins && sent < BYTES ? SelectionKey.OP_WRITE : 0));
                }
            }

            void ready() {
                try {
                    if (key.isConnectable()) {
                        channel.finishConnect();
                        open++;
                        key.interestOps(0);
                    }
                    if (key.isReadable()) {
                        receive();
                    }
                    if (!over && (!server || seed >= 0)) {
                        send();
                    }
                    wants(over ? 0 : key.interestOps());
                } catch (IOException e) {
                    if (!over && (!server || seed >= 0)) {
                        lost++;
                        System.out.println("after " + got + " of " + BYTES + " bytes: " + e.getMessage());
                    }
                    end();
                }
            }

            private void send() throws IOException {
                if (!server && head.hasRemaining()) {
                    channel.write(head);
                }
                while (sent < BYTES && !head.hasRemaining()) {
                    int size = Math.min(CHUNK, BYTES - sent);
                    Pattern.fill(buffer.array(), size, sent, server ? seed + 1 : seed);
                    int written = channel.write(buffer.clear().limit(size));
                    sent += written;
                    if (written < size) {
                        return;
                    }
                    if (sent == BYTES) {
                        channel.shutdownOutput();
                        endIfDone();
                    }
                }
            }

            private void receive() throws IOException {
                if (server && seed < 0) {
                    begin();
                    return;
                }
                int size = channel.read(buffer.clear());
                if (size < 0) {
                    finish();
                    return;
                }
                Pattern.fill(wanted, size, got, server ? seed : seed + 1);
                if (got + size > BYTES || Arrays.mismatch(buffer.array(), 0, size, wanted, 0, size) >= 0) {
                    wrong++;
                    System.out.println("a wrong byte after " + got);
                    end();
                }
                got += size;
            }

            private void begin() throws IOException {
                if (channel.read(head) < 0) {
                    // A monitor looked in.
                    end();
                } else if (!head.hasRemaining()) {
                    seed = head.flip().getLong();
                    head.position(SEED);
                    open++;
                }
            }

            private void finish() throws IOException {
                if (got < BYTES) {
                    throw new IOException("the connection ended");
                }
                inputEnded = true;
                endIfDone();
            }

            private void endIfDone() {
                if (inputEnded && sent == BYTES) {
                    done++;
                    end();
                }
            }

            private void end() {
                over = true;
                try {
                    channel.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
