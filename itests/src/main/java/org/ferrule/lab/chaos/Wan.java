package org.ferrule.lab.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What lies between the two appliances: a relay that can be made worse, or pulled, while it carries connections. */
final class Wan implements AutoCloseable {
    private static final int PIECE = 1 << 14;
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(20);

    private final ServerSocket socket;
    private final InetSocketAddress to;
    /** Both sockets of each connection. */
    private final Set<Socket[]> open = ConcurrentHashMap.newKeySet();

    private volatile Weather weather = Weather.FAIR;

    /** How it is. */
    enum Weather {
        /** Everything passes at once. */
        FAIR,
        /** Everything is late, by turns more and less, and waits behind what came before. */
        SLOW,
        /** Nothing passes, and nobody is told. */
        SILENT,
        /** Whatever is opened is reset. */
        DOWN
    }

    private Wan(ServerSocket socket, InetSocketAddress to) {
        this.socket = socket;
        this.to = to;
    }

    /** Begins to carry connections from a free port of the address. */
    static Wan between(String address, InetSocketAddress to) throws IOException {
        Wan wan = new Wan(new ServerSocket(0, 64, InetAddress.getByName(address)), to);
        start(wan::accept);
        return wan;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /** From now on it is so; connections that are there stay. */
    void turn(Weather now) {
        weather = now;
    }

    /** Resets every connection. */
    void reset() {
        for (Socket[] pair : open) {
            reset(pair[0]);
            reset(pair[1]);
        }
    }

    /** Ends one direction of every connection, as if one end had said that it is done. */
    void halfClose(Random random) {
        for (Socket[] pair : open) {
            try {
                pair[random.nextInt(2)].shutdownOutput();
            } catch (IOException over) {
                // It is gone already.
            }
        }
    }

    private static Thread start(Runnable task) {
        Thread thread = new Thread(task, "wan");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket near = socket.accept();
                if (weather == Weather.DOWN) {
                    reset(near);
                } else {
                    start(() -> join(near));
                }
            } catch (IOException closed) {
                // Over, unless the next turn tells otherwise.
            }
        }
    }

    private void join(Socket near) {
        Socket far = new Socket();
        try {
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            far.connect(to);
        } catch (IOException nobody) {
            reset(near);
            return;
        }
        Socket[] pair = {near, far};
        try (near;
                far) {
            open.add(pair);
            Thread there = start(() -> carry(near, far));
            carry(far, near);
            there.join();
        } catch (IOException gone) {
            // It was reset.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(pair);
        }
    }

    private void carry(Socket from, Socket into) {
        byte[] piece = new byte[PIECE];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = into.getOutputStream();
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                hold(into);
                out.write(piece, 0, n);
            }
            into.shutdownOutput();
        } catch (IOException e) {
            reset(from);
            reset(into);
        }
    }

    private void hold(Socket into) {
        if (weather == Weather.SLOW) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20 + System.nanoTime() % 60));
        }
        while (weather == Weather.SILENT && !into.isClosed()) {
            LockSupport.parkNanos(LOOK);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException gone) {
            // So be it.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        reset();
    }
}
