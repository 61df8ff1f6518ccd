package org.ferrule.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Sends back what it receives, on any number of connections and one thread. */
public final class EchoServer implements AutoCloseable {
    private static final int BACKLOG = 4096;

    private final Selector selector;
    private final ServerSocketChannel listener;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);

    private EchoServer(InetSocketAddress address) throws IOException {
        selector = Selector.open();
        listener = ServerSocketChannel.open();
        listener.configureBlocking(false);
        listener.bind(address, BACKLOG);
        listener.register(selector, SelectionKey.OP_ACCEPT);
    }

    /** Starts one on a thread of this process. */
    public static EchoServer on(InetSocketAddress address) throws IOException {
        EchoServer server = new EchoServer(address);
        Thread thread = new Thread(server::run, "echo server");
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    /** Runs one as a process of its own, which has its own limit of open files: {@code ADDRESS PORT}. */
    public static void main(String[] args) throws IOException {
        new EchoServer(new InetSocketAddress(args[0], Integer.parseInt(args[1]))).run();
    }

    private void run() {
        try {
            while (selector.isOpen()) {
                selector.select(this::ready);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (!key.isValid()) {
                return;
            }
            if (key.isAcceptable()) {
                for (SocketChannel next = listener.accept(); next != null; next = listener.accept()) {
                    next.configureBlocking(false);
                    next.socket().setTcpNoDelay(true);
                    next.register(selector, SelectionKey.OP_READ);
                }
            } else {
                echo(key, (SocketChannel) key.channel());
            }
        } catch (IOException gone) {
            close(key);
        }
    }

    /** What the client does not take waits beside the key, and nothing more is read until it is gone. */
    private void echo(SelectionKey key, SocketChannel channel) throws IOException {
        ByteBuffer left = (ByteBuffer) key.attachment();
        if (left != null) {
            channel.write(left);
            if (left.hasRemaining()) {
                return;
            }
            key.attach(null);
            key.interestOps(SelectionKey.OP_READ);
        }
        buffer.clear();
        if (channel.read(buffer) < 0) {
            close(key);
            return;
        }
        channel.write(buffer.flip());
        if (buffer.hasRemaining()) {
            key.attach(ByteBuffer.allocate(buffer.remaining()).put(buffer).flip());
            key.interestOps(SelectionKey.OP_WRITE);
        }
    }

    private static void close(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        selector.close();
    }
}
