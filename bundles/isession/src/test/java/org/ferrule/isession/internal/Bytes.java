package org.ferrule.isession.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.ferrule.config.kind.Subnet;

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

    /** Routes of both families. */
    static List<Route> routes(Random random, int count) {
        List<Route> routes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] address = noise(random, random.nextBoolean() ? 4 : 16);
            try {
                InetAddress inet = InetAddress.getByAddress(address);
                Subnet subnet = new Subnet(inet, random.nextInt(8 * inet.getAddress().length + 1));
                routes.add(new Route(
                        subnet, random.nextInt(1000), random.nextBoolean(), text(random, 40), random.nextBoolean()));
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e);
            }
        }
        return routes;
    }
}
