package org.ferrule.codec.zstd.internal;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.util.Native;
import com.github.luben.zstd.util.ZstdVersion;
import java.nio.ByteBuffer;
import org.ferrule.codec.Codec;
import org.ferrule.codec.Decoder;
import org.ferrule.codec.Encoder;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Zstandard (RFC 8878), by the library itself.
 *
 * <p>The blocks of a history are one frame without a magic number, checksum and content size, flushed at the end of each
 * block. The window, 512 KB, is what a flow's history can be: with the library's own, 2 to 8 MB, the contexts of a few
 * hundred flows would fill a small appliance. A level that changes ends the frame and begins another one; so a decoder
 * takes any number of frames in a row. A prefix begins one, too, with those bytes as its dictionary (raw content).
 */
@Component(service = Codec.class, property = "name=zstd")
public final class ZstdCodec implements Codec {
    /** Two to the power of this is the window that encoders use, and the greatest that decoders take. */
    static final int WINDOW_LOG = 19;

    /** What is used of a prefix, its end; a match cannot reach much farther back. */
    static final int LONGEST_PREFIX = 1 << 20;

    /** From this level on the library's tables would be for windows of megabytes, and 5 to 83 MB large. */
    static final int FIRST_BOUNDED = 7;

    /** From this level on the library searches in trees, which take two entries for each byte of the window. */
    static final int FIRST_TREE = 13;

    private static final int WINDOW = 1 << WINDOW_LOG;
    private static final int ZSTD_BLOCK = 1 << 17;

    /** A codec that is there can work: one whose library does not load fails here, and so never becomes a service. */
    @Activate
    public ZstdCodec() {
        Native.load();
        Zstd.maxCompressionLevel();
    }

    @Override
    public String name() {
        return "zstd";
    }

    @Override
    public String help() {
        return "Zstandard (RFC 8878): small and fast, 512 KB of history, the first choice where both ends have it";
    }

    @Override
    public int minLevel() {
        return 1;
    }

    @Override
    public int maxLevel() {
        return 19;
    }

    @Override
    public int defaultLevel() {
        return 3;
    }

    @Override
    public String implementation() {
        return "native zstd " + ZstdVersion.VERSION;
    }

    /** As measured with zstd 1.5.7: the window, two buffers of a block each, and the level's tables. */
    @Override
    public long encoderMemory(int level) {
        if (checked(level) <= 3) {
            return new long[] {640 << 10, 896 << 10, 1_408 << 10}[level - 1];
        }
        return level < FIRST_BOUNDED ? 3_264 << 10 : level < FIRST_TREE ? 6 << 20 : 8 << 20;
    }

    /** As zstd's ZSTD_estimateDStreamSize: its state, a block that arrives, the window and a block that leaves. */
    @Override
    public long decoderMemory() {
        return (96 << 10) + ZSTD_BLOCK + WINDOW + ZSTD_BLOCK;
    }

    @Override
    public boolean takesPrefix() {
        return true;
    }

    @Override
    public Encoder encoder(int level) {
        return new ZstdEncoder(checked(level));
    }

    @Override
    public Decoder decoder() {
        return new ZstdDecoder();
    }

    /** The level, if it is one. */
    static int checked(int level) {
        if (level < 1 || level > 19) {
            throw new IllegalArgumentException("the level of zstd is from 1 to 19, not " + level);
        }
        return level;
    }

    /** The bytes of a prefix that count. */
    static byte[] prefix(ByteBuffer history) {
        ByteBuffer lent = history.duplicate();
        byte[] bytes = new byte[Math.min(lent.remaining(), LONGEST_PREFIX)];
        lent.position(lent.limit() - bytes.length).get(bytes);
        return bytes;
    }
}
