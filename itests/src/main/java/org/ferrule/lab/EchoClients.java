package org.ferrule.lab;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** Any number of connections to who echoes, on the caller's thread; every byte that comes back is checked. */
public final class EchoClients implements AutoCloseable {
    private static final int OPENING_AT_ONCE = 256;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(120);

    private final InetSocketAddress address;
    private final Selector selector;
    private final List<Client> clients = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    private int busy;

    /** One connection, and the message that it sends and wants back. */
    private final class Client {
        private final int number;
        private final SocketChannel channel;
        private SelectionKey key;
        private ByteBuffer unsent = ByteBuffer.allocate(0);
        private ByteBuffer unseen = ByteBuffer.allocate(0);

        Client(int number) throws IOException {
            this.number = number;
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.connect(address);
            key = channel.register(selector, SelectionKey.OP_CONNECT, this);
            busy++;
        }

        void ready() throws IOException {
            if (key.isConnectable()) {
                channel.finishConnect();
                channel.socket().setTcpNoDelay(true);
                key.interestOps(0);
                busy--;
                return;
            }
            if (key.isWritable()) {
                write();
            }
            if (key.isReadable()) {
                read();
            }
        }

        void start(byte[] message) throws IOException {
            unsent = ByteBuffer.wrap(message);
            unseen = ByteBuffer.wrap(message);
            busy++;
            write();
        }

        private void write() throws IOException {
            channel.write(unsent);
            key.interestOps(SelectionKey.OP_READ | (unsent.hasRemaining() ? SelectionKey.OP_WRITE : 0));
        }

        private void read() throws IOException {
            buffer.clear();
            if (channel.read(buffer) < 0) {
                throw new EOFException("connection " + number + " ended with " + unseen.remaining() + " bytes to come");
            }
            buffer.flip();
            int size = buffer.remaining();
            if (size > unseen.remaining()
                    || !unseen.slice(unseen.position(), size).equals(buffer)) {
                throw new IOException("connection " + number + ": wrong bytes at " + unseen.position());
            }
            unseen.position(unseen.position() + size);
            if (!unseen.hasRemaining()) {
                key.interestOps(0);
                busy--;
            }
        }
    }

    /** Opens none yet. */
    public EchoClients(InetSocketAddress address) throws IOException {
        this.address = address;
        selector = Selector.open();
    }

    /** Opens so many more and waits until they are there. */
    public void open(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            clients.add(new Client(clients.size()));
            await(OPENING_AT_ONCE);
        }
        await(0);
    }

    /** Sends a message on each, all at once, and waits until all are back; {@code message} gives that of a connection. */
    public void exchange(IntFunction<byte[]> message) throws IOException {
        for (Client client : clients) {
            client.start(message.apply(client.number));
        }
        await(0);
    }

    private void await(int most) throws IOException {
        long end = System.nanoTime() + PATIENCE;
        while (busy > most) {
            if (System.nanoTime() > end) {
                throw new IOException(busy + " of " + clients.size() + " connections wait in vain");
            }
            selector.select(1000);
            for (SelectionKey key : selector.selectedKeys()) {
                ((Client) key.attachment()).ready();
            }
            selector.selectedKeys().clear();
        }
    }

    @Override
    public void close() throws IOException {
        for (Client client : clients) {
            client.channel.close();
        }
        selector.close();
    }
}
