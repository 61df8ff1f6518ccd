package org.ferrule.lab;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** A server over plain TCP that does what its client asks for with the first byte, for tests of how connections behave. */
public final class RawServer implements AutoCloseable {
    /** Reads (long up, long down, long seed) and {@code up} checked bytes; answers with {@code down} bytes and ends. */
    public static final int TRANSFER = 'T';

    /** Reads until the end of input; answers with the count (a long), and ends. */
    public static final int COUNT = 'C';

    /** Resets the connection after having read one more byte. */
    public static final int RESET = 'R';

    /** Reads (long down, long seed) and sends so much, counting what it could send. */
    public static final int SOURCE = 'S';

    /** Sends back every byte at once. */
    public static final int ECHO = 'E';

    private final ServerSocket socket;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "raw server");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicLong sourced = new AtomicLong();
    private final AtomicLong resets = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();

    private RawServer(ServerSocket socket) {
        this.socket = socket;
    }

    /** Starts a server on a free port of the address. */
    public static RawServer on(String address) throws IOException {
        RawServer server = new RawServer(new ServerSocket(0, 1024, InetAddress.getByName(address)));
        server.threads.execute(server::accept);
        return server;
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /** As tmsh wants it. */
    public String member() {
        return SitePlan.member(address());
    }

    /** Bytes that {@link #SOURCE} has been able to hand to the kernel. */
    public long sourced() {
        return sourced.get();
    }

    /** Connections that its clients reset. */
    public long resets() {
        return resets.get();
    }

    /** Connections accepted, a monitor's included. */
    public long accepted() {
        return accepted.get();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                accepted.incrementAndGet();
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            switch (in.read()) {
                case TRANSFER -> transfer(in, out, client);
                case COUNT -> out.writeLong(count(in));
                case RESET -> {
                    in.read();
                    client.setSoLinger(true, 0);
                }
                case SOURCE -> source(in, out);
                case ECHO -> echo(in, out);
                default -> {
                    // A monitor looks in and leaves.
                }
            }
        } catch (IOException e) {
            resets.incrementAndGet();
        }
    }

    private static void transfer(DataInputStream in, DataOutputStream out, Socket client) throws IOException {
        long up = in.readLong();
        long down = in.readLong();
        long seed = in.readLong();
        Pattern.receive(in, up, seed);
        Pattern.send(out, down, seed + 1);
        client.shutdownOutput();
        in.read();
    }

    private static long count(DataInputStream in) throws IOException {
        byte[] chunk = new byte[1 << 16];
        long count = 0;
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
            count += n;
        }
        return count;
    }

    private void source(DataInputStream in, DataOutputStream out) throws IOException {
        long down = in.readLong();
        long seed = in.readLong();
        byte[] chunk = new byte[1 << 16];
        for (long at = 0; at < down; at += chunk.length) {
            int n = (int) Math.min(chunk.length, down - at);
            Pattern.fill(chunk, n, at, seed);
            out.write(chunk, 0, n);
            sourced.addAndGet(n);
        }
    }

    private static void echo(DataInputStream in, DataOutputStream out) throws IOException {
        byte[] chunk = new byte[1 << 16];
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
            out.write(chunk, 0, n);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        threads.shutdownNow();
    }
}
