package org.ferrule.codec.zstd.internal;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.util.Native;
import com.github.luben.zstd.util.ZstdVersion;
import java.nio.ByteBuffer;
import org.ferrule.codec.Codec;
import org.ferrule.codec.CodecException;
import org.ferrule.codec.Decoder;
import org.ferrule.codec.Encoder;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Zstandard (RFC 8878), by the library itself.
 *
 * <p>The blocks of a history are one frame without a magic number, checksum and content size, flushed at the end of each
 * block. Its own window is 512 KB: with the library's, 2 to 8 MB, the contexts of a few hundred flows would fill a small
 * appliance. Longer ones are made where somebody asks for them, since they are worth much: of 60 MB of source code level 6
 * leaves 17.4 % with 512 KB and 12.6 % with 2 MB. A level that changes ends the frame and begins another one; so a decoder
 * takes any number of frames in a row. A prefix begins one, too, with those bytes as its dictionary (raw content).
 */
@Component(service = Codec.class, property = "name=zstd")
public final class ZstdCodec implements Codec {
    /** Two to the power of this is its own window. */
    static final int WINDOW_LOG = 19;

    /** The same of the longest: a decoder of it holds some 8 MB, as RFC 8878 wants any to support. */
    static final int MAX_WINDOW_LOG = 23;

    /** The smallest window of a frame that is no larger than its content, and where it is said in that; RFC 8878, 3.1.1.1. */
    private static final int LEAST_WINDOW_LOG = 10;

    private static final int SINGLE_SEGMENT = 0x20;
    private static final int DESCRIPTORS = 2;

    /** What is used of a prefix, its end; a match cannot reach much farther back. */
    static final int LONGEST_PREFIX = 1 << 20;

    /** From this level on the library's tables would be for windows of megabytes, whatever the window is. */
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
        return "Zstandard (RFC 8878): small and fast, with a long history, the first choice where both ends have it";
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
    public int maxWindow() {
        return 1 << MAX_WINDOW_LOG;
    }

    /** From {@link #FIRST_BOUNDED} on tables grow with the window, which takes 4 bytes a byte for each of two or three. */
    @Override
    public long encoderMemory(int level, int window) {
        long more = (1L << windowLog(window)) - WINDOW;
        int times = level < FIRST_BOUNDED ? 1 : level < FIRST_TREE ? 10 : 14;
        return encoderMemory(level) + times * more;
    }

    @Override
    public long decoderMemory(int window) {
        return decoderMemory() + (1L << windowLog(window)) - WINDOW;
    }

    /** The logarithm of the window that a context has which is asked for this one. */
    private static int windowLog(int window) {
        int longest = Math.min(window, 1 << MAX_WINDOW_LOG);
        return longest <= WINDOW ? WINDOW_LOG : Integer.SIZE - 1 - Integer.numberOfLeadingZeros(longest);
    }

    /** By the header of its frame; one whose content is in a single segment says its size instead, and may have 512 KB. */
    @Override
    public int window(ByteBuffer block) throws CodecException {
        int at = block.position();
        if (block.remaining() < DESCRIPTORS || (block.get(at) & SINGLE_SEGMENT) != 0) {
            return 0;
        }
        int descriptor = block.get(at + 1) & 0xff;
        long power = 1L << LEAST_WINDOW_LOG + (descriptor >>> 3);
        long window = power + power / 8 * (descriptor & 7);
        if (window > maxWindow()) {
            throw new CodecException("the block needs a window of " + window + " bytes, and " + maxWindow()
                    + " is the longest there is");
        }
        return window <= WINDOW ? 0 : (int) (window == power ? window : 2 * power);
    }

    @Override
    public boolean takesPrefix() {
        return true;
    }

    @Override
    public Encoder encoder(int level) {
        return encoder(level, 0);
    }

    @Override
    public Encoder encoder(int level, int window) {
        return new ZstdEncoder(checked(level), windowLog(window));
    }

    @Override
    public Decoder decoder() {
        return decoder(0);
    }

    @Override
    public Decoder decoder(int window) {
        return new ZstdDecoder(windowLog(window));
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
