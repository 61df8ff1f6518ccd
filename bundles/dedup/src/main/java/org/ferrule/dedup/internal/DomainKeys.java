package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Gives each trust domain a key, from one secret and its name. Any thread. */
final class DomainKeys {
    /** Keys that are kept; those of more domains than these are reckoned anew each time. */
    private static final int KEPT = 1024;

    private static final String HMAC = "HmacSHA256";

    private final SecretKeySpec secret;
    private final Map<String, Long> known = new ConcurrentHashMap<>();

    DomainKeys(byte[] secret) {
        this.secret = new SecretKeySpec(secret, HMAC);
    }

    long of(String name) {
        Long key = known.get(name);
        if (key == null) {
            key = reckon(name);
            if (known.size() < KEPT) {
                known.put(name, key);
            }
        }
        return key;
    }

    private long reckon(String name) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(secret);
            return ByteBuffer.wrap(mac.doFinal(name.getBytes(StandardCharsets.UTF_8)))
                    .getLong();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + HMAC, e);
        }
    }
}
