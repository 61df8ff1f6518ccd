package org.ferrule.dedup.internal;

/** A segment on disk. Any thread. */
final class StoredSegment {
    private final Container container;
    private final int ordinal;
    private final SegmentName name;
    private final String domain;
    private final int offset;
    private final int stored;
    private volatile int length;

    /**
     * @param ordinal its place among those of the file
     * @param domain the trust domain of its log
     * @param offset where it begins in the file
     * @param length its bytes, of which there may be fewer than in a whole segment
     */
    StoredSegment(Container container, int ordinal, SegmentName name, String domain, int offset, int length) {
        this.container = container;
        this.ordinal = ordinal;
        this.name = name;
        this.domain = domain;
        this.offset = offset;
        stored = length;
        this.length = length;
    }

    Container container() {
        return container;
    }

    int ordinal() {
        return ordinal;
    }

    SegmentName name() {
        return name;
    }

    String domain() {
        return domain;
    }

    int offset() {
        return offset;
    }

    /** Its bytes in the file. */
    int stored() {
        return stored;
    }

    /** How many of them the peer has, too, as far as is known. */
    int length() {
        return length;
    }

    /** The peer has no more than so many. */
    void shorten(int most) {
        length = Math.min(length, most);
    }
}
