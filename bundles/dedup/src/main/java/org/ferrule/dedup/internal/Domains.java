package org.ferrule.dedup.internal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The trust domains of one session, each with a secret of its own. Any thread. */
final class Domains {
    /** Secrets that are kept; more domains than these are reckoned anew for each flow. */
    private static final int KEPT = 1024;

    private static final String HMAC = "HmacSHA256";

    private final SecretKeySpec secret;
    private final Map<String, Domain> known = new ConcurrentHashMap<>();

    Domains(byte[] secret) {
        this.secret = new SecretKeySpec(secret, HMAC);
    }

    Domain of(String name) {
        Domain domain = known.get(name);
        if (domain == null) {
            domain = new Domain(name, key(name));
            if (known.size() < KEPT) {
                known.put(name, domain);
            }
        }
        return domain;
    }

    private long key(String name) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(secret);
            return java.nio.ByteBuffer.wrap(mac.doFinal(name.getBytes(StandardCharsets.UTF_8)))
                    .getLong();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + HMAC, e);
        }
    }
}
