package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Content for tests. */
final class Bytes {
    private Bytes() {}

    static byte[] of(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    static byte[] noise(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    static byte[] same(int size, int value) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    /** Long runs, or noise. */
    static byte[] content(Random random, int size) {
        return random.nextBoolean() ? same(size, random.nextInt()) : noise(random, size);
    }

    static Map<String, String> pairs(Random random) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            pairs.put("name-" + i, text(random, 60));
        }
        return pairs;
    }

    /** Letters, some of more than one byte. */
    static String text(Random random, int most) {
        int[] letters = "abc:.1 \u00e9\u20ac\ud83d\ude00".codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most); i > 0; i--) {
            text.appendCodePoint(letters[random.nextInt(letters.length)]);
        }
        return text.toString();
    }
}
