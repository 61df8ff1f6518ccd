package org.ferrule.net.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.ferrule.memory.ChunkQueue;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.CloseReason.Kind;
import org.ferrule.stream.TcpSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sending half of a {@link TcpStream}: writes at once, keeps what the peer does not take and says when that is too
 * much, and ends the output behind it. On the stream's loop.
 */
final class TcpOutput {
    private static final Logger LOG = LoggerFactory.getLogger(TcpOutput.class);
    private static final int RUNAWAY = 4;

    private final TcpStream stream;
    private final SocketChannel channel;
    private final TcpSettings settings;
    private final LinuxSockets linux;
    private final ChunkQueue backlog = new ChunkQueue();
    private long blockedSince;
    private boolean overHigh;
    private boolean vital;
    private boolean ending;
    private boolean ended;

    TcpOutput(TcpStream stream, SocketChannel channel, TcpSettings settings, LinuxSockets linux) {
        this.stream = stream;
        this.channel = channel;
        this.settings = settings;
        this.linux = linux;
    }

    long queued() {
        return backlog.size();
    }

    /** Everything was sent, the end too. */
    boolean ended() {
        return ended;
    }

    /** See {@link org.ferrule.stream.Stream#pace}; the stream is not closed. */
    boolean pace(long bytesPerSecond) {
        return linux.pace(channel, bytesPerSecond);
    }

    /** See {@link org.ferrule.stream.Stream#bandwidth}; the stream is not closed. */
    long bandwidth() {
        return linux.bandwidth(channel);
    }

    /** See {@link org.ferrule.stream.Stream#unsentLowWaterMark}; the stream is not closed. */
    boolean unsentLowWaterMark(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("a mark of " + bytes + " unsent bytes; it must be at least 1");
        }
        try {
            linux.set(channel, LinuxOption.TCP_NOTSENT_LOWAT, bytes);
            return true;
        } catch (IOException e) {
            LOG.debug("what the kernel holds unsent cannot be limited", e);
            return false;
        }
    }

    /** See {@link org.ferrule.stream.Stream#vital}. */
    void vital() {
        vital = true;
    }

    /** See {@link org.ferrule.stream.Stream#write}; the stream is not closed. */
    boolean write(ByteBuffer data) {
        if (ending || (backlog.isEmpty() && !writeNow(data))) {
            data.position(data.limit());
            return true;
        }
        if (data.hasRemaining()) {
            enqueue(data);
        }
        return !overHigh;
    }

    private boolean writeNow(ByteBuffer data) {
        try {
            if (channel.write(data) > 0) {
                stream.moved();
            }
            return true;
        } catch (IOException e) {
            stream.broken(e);
            return false;
        }
    }

    private void enqueue(ByteBuffer data) {
        if (backlog.isEmpty()) {
            blockedSince = stream.loop().coarseNow();
            stream.interest(SelectionKey.OP_WRITE, true);
        }
        LoopMemory memory = stream.loop().memory();
        if (!backlog.add(data, vital ? memory.vitalChunks() : memory.chunks())) {
            data.position(data.limit());
            stream.close(new CloseReason(Kind.RESET_HERE, "no memory is left for what waits for this peer"), true);
            return;
        }
        overHigh |= backlog.size() >= memory.high(settings.queueHigh());
        if (backlog.size() > (long) RUNAWAY * settings.queueHigh()) {
            stream.close(
                    new CloseReason(Kind.RESET_HERE, "the queue grew past " + RUNAWAY + " times its high mark"), true);
        }
    }

    /** The peer takes again. */
    void drain() {
        LoopMemory memory = stream.loop().memory();
        try {
            if (backlog.drainTo(channel, memory.gathered(), memory.chunks())) {
                stream.moved();
                blockedSince = stream.loop().coarseNow();
            }
        } catch (IOException e) {
            stream.broken(e);
            return;
        }
        if (backlog.isEmpty()) {
            stream.interest(SelectionKey.OP_WRITE, false);
            if (ending) {
                end();
                return;
            }
        }
        if (overHigh && backlog.size() <= memory.low(settings.queueLow())) {
            overHigh = false;
            stream.tellWritable();
        }
    }

    /** Ends the output after what is queued. */
    void shutdown() {
        if (!ending) {
            ending = true;
            if (backlog.isEmpty()) {
                end();
            }
        }
    }

    private void end() {
        try {
            channel.shutdownOutput();
            ended = true;
            stream.closeIfDone();
        } catch (IOException e) {
            stream.broken(e);
        }
    }

    /** Whether the peer took nothing of what is queued for longer than so. */
    boolean stuck(Duration limit) {
        return !backlog.isEmpty() && stream.loop().coarseNow() - blockedSince > limit.toNanos();
    }

    /** Forgets what is queued. */
    void drop() {
        backlog.clear(stream.loop().memory().chunks());
    }
}
