package org.ferrule.lab;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** The client of a {@link RawServer}. */
public final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 60_000;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    /** Connects; reads wait a minute at most. */
    public RawClient(InetSocketAddress address) throws IOException {
        this(address, 0);
    }

    /** Connects with a receive buffer of so many bytes (0: the kernel's choice), for clients that read slowly. */
    public RawClient(InetSocketAddress address, int receiveBuffer) throws IOException {
        socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        socket.connect(address, TIMEOUT_MILLIS);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    /** Moves checked bytes up, then down, and sees the end. */
    public static void transfer(InetSocketAddress address, long up, long down, long seed) throws IOException {
        try (RawClient client = new RawClient(address)) {
            client.out.write(RawServer.TRANSFER);
            client.out.writeLong(up);
            client.out.writeLong(down);
            client.out.writeLong(seed);
            Pattern.send(client.out, up, seed);
            Pattern.receive(client.in, down, seed + 1);
            if (client.in.read() >= 0) {
                throw new IOException("more came than was asked for");
            }
        }
    }

    /** Asks to be sent so many bytes. */
    public void source(long down, long seed) throws IOException {
        out.write(RawServer.SOURCE);
        out.writeLong(down);
        out.writeLong(seed);
        out.flush();
    }

    /** The connection itself. */
    public Socket socket() {
        return socket;
    }

    /** What the server sends. */
    public DataInputStream in() {
        return in;
    }

    /** What the server is sent. */
    public DataOutputStream out() {
        return out;
    }

    /** Ends the connection with a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
