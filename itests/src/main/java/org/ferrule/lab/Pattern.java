package org.ferrule.lab;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Bytes that both ends can make, so that each can check what it got without having it sent twice: a megabyte of noise,
 * begun where the seed says, whose every further megabyte differs from the one before.
 */
public final class Pattern {
    private static final int BLOCK = 1 << 20;
    private static final byte[] NOISE = noise();
    private static final int CHUNK = 1 << 16;

    private Pattern() {}

    private static byte[] noise() {
        byte[] noise = new byte[BLOCK];
        new SplittableRandom(0xFE44).nextBytes(noise);
        return noise;
    }

    /** Fills the buffer with what stands from {@code position} on. */
    static void fill(byte[] buffer, int length, long position, long seed) {
        for (int i = 0; i < length; i++) {
            long at = position + i;
            buffer[i] = (byte) (NOISE[(int) (at + seed & BLOCK - 1)] ^ (at >> 20) * 31);
        }
    }

    /** Sends so many bytes. */
    public static void send(OutputStream out, long length, long seed) throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (long at = 0; at < length; at += chunk.length) {
            int n = (int) Math.min(chunk.length, length - at);
            fill(chunk, n, at, seed);
            out.write(chunk, 0, n);
        }
        out.flush();
    }

    /** Receives so many bytes and checks each. */
    public static void receive(InputStream in, long length, long seed) throws IOException {
        byte[] wanted = new byte[CHUNK];
        for (long at = 0; at < length; ) {
            int n = (int) Math.min(CHUNK, length - at);
            byte[] got = in.readNBytes(n);
            if (got.length < n) {
                throw new EOFException("the stream ended after " + (at + got.length) + " of " + length + " bytes");
            }
            fill(wanted, n, at, seed);
            int differs = Arrays.mismatch(got, 0, n, wanted, 0, n);
            if (differs >= 0) {
                throw new IOException("byte " + (at + differs) + " of " + length + " is wrong");
            }
            at += n;
        }
    }
}
