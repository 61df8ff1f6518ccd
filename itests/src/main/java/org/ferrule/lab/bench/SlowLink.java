package org.ferrule.lab.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.locks.LockSupport;

/** A relay that carries no more than a set rate in each direction, over all of its connections together. */
final class SlowLink implements AutoCloseable {
    private static final int PIECE = 1 << 13;
    private static final int BUFFER = 1 << 16;

    private final ServerSocket socket;
    private final InetSocketAddress to;
    private final double nanosPerByte;

    /** When each direction is free again. */
    private final long[] free = new long[2];

    /** @param bytesPerSecond {@link Double#POSITIVE_INFINITY} for no limit */
    SlowLink(String address, InetSocketAddress to, double bytesPerSecond) throws IOException {
        this.to = to;
        nanosPerByte = 1e9 / bytesPerSecond;
        socket = new ServerSocket(0, 64, InetAddress.getByName(address));
        start(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "slow link");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket near = socket.accept();
                Socket far = new Socket();
                near.setReceiveBufferSize(BUFFER);
                far.setReceiveBufferSize(BUFFER);
                near.setTcpNoDelay(true);
                far.setTcpNoDelay(true);
                far.connect(to);
                start(() -> carry(near, far, 0));
                start(() -> carry(far, near, 1));
            }
        } catch (IOException closed) {
            // The bench is over.
        }
    }

    private void carry(Socket from, Socket into, int direction) {
        byte[] piece = new byte[PIECE];
        try (from;
                into;
                InputStream in = from.getInputStream();
                OutputStream out = into.getOutputStream()) {
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                await(direction, n);
                out.write(piece, 0, n);
            }
        } catch (IOException ended) {
            // As any connection may.
        }
    }

    private void await(int direction, int bytes) {
        long until;
        synchronized (free) {
            free[direction] = Math.max(free[direction], System.nanoTime()) + (long) (bytes * nanosPerByte);
            until = free[direction];
        }
        for (long left = until - System.nanoTime(); left > 50_000; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
