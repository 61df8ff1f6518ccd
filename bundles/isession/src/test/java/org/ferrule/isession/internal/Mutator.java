package org.ferrule.isession.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.ferrule.isession.internal.Conversation.Piece;

/** Makes conversations that nobody should have, out of those of the corpus. The same seed makes the same ones. */
final class Mutator {
    private static final int[] NUMBERS = {
        0,
        1,
        2,
        3,
        63,
        64,
        65,
        255,
        256,
        8192,
        16_384,
        16_385,
        16_390,
        1 << 20,
        (1 << 20) + 1,
        1 << 22,
        1 << 24,
        1 << 26,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        -1,
        -2
    };
    private static final int MOST_PIECES = 400;

    private final List<Conversation> corpus;
    private final Random random;

    Mutator(List<Conversation> corpus, Random random) {
        this.corpus = corpus;
        this.random = random;
    }

    private Conversation any() {
        return corpus.get(random.nextInt(corpus.size()));
    }

    Conversation next() {
        Conversation base = any();
        List<Piece> pieces = new ArrayList<>(base.pieces());
        int changes = 1 + random.nextInt(random.nextInt(6) == 0 ? 12 : 3);
        for (int i = 0; i < changes; i++) {
            change(pieces);
        }
        return new Conversation(base.name(), List.copyOf(pieces.subList(0, Math.min(pieces.size(), MOST_PIECES))), "");
    }

    private void change(List<Piece> pieces) {
        if (pieces.isEmpty()) {
            pieces.addAll(any().pieces());
        }
        int at = random.nextInt(pieces.size());
        Piece piece = pieces.get(at);
        switch (random.nextInt(12)) {
            case 0, 1 -> pieces.set(at, piece.with(flipped(piece.payload())));
            case 2, 3 -> pieces.set(at, piece.with(numbered(piece.payload())));
            case 4 -> pieces.set(at, new Piece(piece.type(), piece.flow(), length(piece), piece.payload()));
            case 5 -> pieces.set(at, new Piece(piece.type(), flow(piece), piece.length(), piece.payload()));
            case 6 -> pieces.set(at, piece.isFrame() ? retyped(piece) : piece.with(flipped(piece.payload())));
            case 7 -> cut(pieces, at, piece);
            case 8 -> splice(pieces, at);
            case 9 -> pieces.add(random.nextInt(pieces.size()), pieces.remove(at));
            case 10 -> repeat(pieces, at, piece);
            default -> {
                if (random.nextBoolean()) {
                    pieces.remove(at);
                } else {
                    List<Piece> others = any().pieces();
                    pieces.add(at, others.get(random.nextInt(others.size())));
                }
            }
        }
    }

    private byte[] flipped(byte[] bytes) {
        byte[] next = bytes.clone();
        for (int i = 1 + random.nextInt(3); i > 0 && next.length > 0; i--) {
            // Where fields are, rather than in what was compressed.
            int at = random.nextInt(random.nextBoolean() ? next.length : Math.min(next.length, 16));
            next[at] ^= (byte) (1 << random.nextInt(8));
        }
        return next;
    }

    /** A number at its limits where one may be. */
    private byte[] numbered(byte[] bytes) {
        if (bytes.length < 4) {
            return flipped(bytes);
        }
        byte[] next = bytes.clone();
        int at = random.nextInt(Math.min(next.length - 3, 12));
        java.nio.ByteBuffer.wrap(next).putInt(at, NUMBERS[random.nextInt(NUMBERS.length)] + random.nextInt(3) - 1);
        return next;
    }

    /** What a header states beside the truth: a little off, or far. */
    private int length(Piece piece) {
        int off = random.nextBoolean() ? random.nextInt(9) - 4 : NUMBERS[random.nextInt(NUMBERS.length)];
        return piece.payload().length + off & 0xFFFFFF;
    }

    private int flow(Piece piece) {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> NUMBERS[random.nextInt(NUMBERS.length)];
            default -> piece.flow() + random.nextInt(5) - 2;
        };
    }

    private Piece retyped(Piece piece) {
        int type = random.nextInt(4) == 0
                ? random.nextInt(256)
                : FrameType.values()[random.nextInt(FrameType.values().length)].code();
        return new Piece(type, piece.flow(), piece.length(), piece.payload());
    }

    /** The conversation breaks off in the middle of a piece, or its payload is cut short. */
    private void cut(List<Piece> pieces, int at, Piece piece) {
        byte[] shorter = Arrays.copyOf(piece.payload(), random.nextInt(piece.payload().length + 1));
        if (random.nextBoolean()) {
            pieces.subList(at + 1, pieces.size()).clear();
            pieces.set(at, new Piece(piece.type(), piece.flow(), piece.payload().length, shorter));
        } else {
            pieces.set(at, piece.with(shorter));
        }
    }

    private void splice(List<Piece> pieces, int at) {
        List<Piece> others = any().pieces();
        pieces.subList(at, pieces.size()).clear();
        pieces.addAll(others.subList(random.nextInt(others.size()), others.size()));
    }

    private void repeat(List<Piece> pieces, int at, Piece piece) {
        int times = 1 + random.nextInt(random.nextInt(8) == 0 && piece.payload().length < 100 ? 200 : 3);
        for (int i = 0; i < times; i++) {
            pieces.add(at, piece);
        }
    }
}
