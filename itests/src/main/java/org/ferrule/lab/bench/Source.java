package org.ferrule.lab.bench;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;

/** A server that sends one of its contents, over and over: the client writes which, and how many bytes. */
final class Source implements AutoCloseable {
    private static final int PIECE = 1 << 16;

    private final ServerSocket socket;
    private final List<byte[]> contents;

    Source(String address, List<byte[]> contents) throws IOException {
        this.contents = contents;
        socket = new ServerSocket(0, 64, InetAddress.getByName(address));
        Thread thread = new Thread(this::accept, "source");
        thread.setDaemon(true);
        thread.start();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = socket.accept();
                Thread thread = new Thread(() -> serve(client), "source");
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException closed) {
            // The bench is over.
        }
    }

    private void serve(Socket client) {
        try (client;
                DataInputStream in = new DataInputStream(client.getInputStream())) {
            byte[] content = contents.get(in.readInt());
            int bytes = in.readInt();
            for (int at = 0; at < bytes; ) {
                int from = at % content.length;
                int n = Math.min(Math.min(PIECE, bytes - at), content.length - from);
                client.getOutputStream().write(content, from, n);
                at += n;
            }
        } catch (IOException | IndexOutOfBoundsException ended) {
            // The client went away.
        }
    }

    /** Fetches, compares with the content, and gives the seconds that it took. */
    static double fetch(InetSocketAddress from, int index, byte[] content, int bytes) {
        long start = System.nanoTime();
        try (Socket socket = new Socket(from.getAddress(), from.getPort())) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(index);
            out.writeInt(bytes);
            out.flush();
            byte[] piece = new byte[PIECE];
            InputStream in = socket.getInputStream();
            int got = 0;
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                if (got + n > bytes || !matches(piece, n, content, got % content.length)) {
                    throw new IllegalStateException("wrong bytes near " + got);
                }
                got += n;
            }
            if (got != bytes) {
                throw new IllegalStateException(got + " bytes came instead of " + bytes);
            }
        } catch (IOException e) {
            throw new IllegalStateException("the fetch failed: " + e.getMessage(), e);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static boolean matches(byte[] piece, int n, byte[] content, int at) {
        int first = Math.min(n, content.length - at);
        return Arrays.equals(piece, 0, first, content, at, at + first)
                && Arrays.equals(piece, first, n, content, 0, n - first);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
