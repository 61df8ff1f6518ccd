package org.ferrule.dedup.internal;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;

/**
 * What a file of segments has beside it: what each one is called, where it is, and by which of its chunks it is found. So
 * that nothing else need be read after a restart. For one thread.
 *
 * <p>A head of 16 bytes, a mark and the file's nonce; then for each segment the length of what follows (4 bytes) and, sealed,
 * the name without its pair, the domain, offset, length, and the fingerprints. What comes after an entry that is damaged or
 * not complete does not count: a crash leaves such an end.
 */
final class Catalogue {
    static final int HEAD = 16;
    private static final long MARK = 0x46444443_00000001L;
    private static final int MOST_ENTRY = 1 << 16;

    /** Places of records in their file, for their nonces: segments have the even ones. */
    private static int record(int ordinal) {
        return 2 * ordinal + 1;
    }

    private final Seal seal;
    private final byte[] plain = new byte[MOST_ENTRY];
    private final byte[] sealed = new byte[MOST_ENTRY + Seal.TAG];

    Catalogue(Seal seal) {
        this.seal = seal;
    }

    /** What takes the segments that are read. */
    interface Taker {
        void take(StoredSegment segment, long[] fingerprints);
    }

    static ByteBuffer head(long nonce) {
        return ByteBuffer.allocate(HEAD).putLong(MARK).putLong(nonce).flip();
    }

    /** The nonce that the head of a catalogue states. */
    static long nonce(ByteBuffer from) throws IOException {
        if (from.remaining() < HEAD || from.getLong() != MARK) {
            throw new IOException("it does not begin as a catalogue of segments does");
        }
        return from.getLong();
    }

    /** The entry of a segment; lent until the next call. */
    ByteBuffer entry(StoredSegment segment, long[] fingerprints) {
        ByteBuffer to = ByteBuffer.wrap(plain);
        SegmentName name = segment.name();
        to.put((byte) (name.byFirst() ? 1 : 0)).putInt(name.log()).putInt(name.index());
        byte[] domain = segment.domain().getBytes(StandardCharsets.UTF_8);
        to.putShort((short) domain.length).put(domain);
        to.putInt(segment.offset()).putInt(segment.stored());
        int fit = Math.min(fingerprints.length, (to.remaining() - Short.BYTES) / Long.BYTES);
        to.putShort((short) fit);
        for (int i = 0; i < fit; i++) {
            to.putLong(fingerprints[i]);
        }
        int length = seal.seal(segment.container().nonce(), record(segment.ordinal()), plain, to.position(), sealed);
        return ByteBuffer.allocate(Integer.BYTES + length)
                .putInt(length)
                .put(sealed, 0, length)
                .flip();
    }

    /**
     * Reads a catalogue into its container.
     *
     * @return whether it is whole
     */
    boolean read(Container into, Taker taker) throws IOException {
        ByteBuffer from = ByteBuffer.wrap(Files.readAllBytes(into.catalogue()));
        from.position(Math.min(HEAD, from.limit()));
        while (from.remaining() >= Integer.BYTES && into.count() < Container.MOST) {
            int length = from.getInt();
            if (length < Seal.TAG || length > sealed.length || length > from.remaining()) {
                return false;
            }
            from.get(sealed, 0, length);
            try {
                int opened = seal.open(into.nonce(), record(into.count()), sealed, length, plain);
                entry(ByteBuffer.wrap(plain, 0, opened), into, taker);
            } catch (GeneralSecurityException | BufferUnderflowException e) {
                return false;
            }
        }
        return !from.hasRemaining();
    }

    private static void entry(ByteBuffer from, Container into, Taker taker) {
        boolean byFirst = from.get() != 0;
        SegmentName name = new SegmentName(into.pair(), byFirst, from.getInt(), from.getInt());
        byte[] domain = new byte[from.getShort() & 0xFFFF];
        from.get(domain);
        StoredSegment segment = new StoredSegment(
                into,
                into.count(),
                name,
                new String(domain, StandardCharsets.UTF_8).intern(),
                from.getInt(),
                from.getInt());
        long[] fingerprints = new long[from.getShort() & 0xFFFF];
        for (int i = 0; i < fingerprints.length; i++) {
            fingerprints[i] = from.getLong();
        }
        into.add(segment);
        taker.take(segment, fingerprints);
    }
}
