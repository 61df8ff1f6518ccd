package org.ferrule.lab;

import java.util.random.RandomGenerator;

/** What clients say to servers that answer with the same: some of it shrinks, some does not. */
public final class Messages {
    private static final String WORDS = "one two three, four; ";

    private Messages() {}

    /** Noise, or words, or both: at least a byte and at most {@code most}. */
    public static byte[] of(RandomGenerator random, int most) {
        byte[] message = new byte[1 + random.nextInt(most)];
        int noise = random.nextInt(3) == 0 ? message.length : random.nextInt(1 + message.length / 4);
        for (int i = 0; i < message.length; i++) {
            message[i] = (byte) (i < noise ? random.nextInt() : WORDS.charAt(i % WORDS.length()));
        }
        return message;
    }
}
