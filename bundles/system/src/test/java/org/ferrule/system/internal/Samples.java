package org.ferrule.system.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Secrets;

/** Certificates and keys made by openssl and ssh-keygen, and secrets that are easy to see through. */
final class Samples {
    static final X509Certificate BRANCH = certificate("branch.crt");
    static final X509Certificate DC = certificate("dc.crt");
    static final X509Certificate MALLORY = certificate("mallory.crt");

    private Samples() {}

    static String text(String file) {
        try (var in = Samples.class.getResourceAsStream("/" + file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static X509Certificate certificate(String file) {
        try {
            return Certificates.parse(text(file));
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    static Unsealer unsealer() {
        return new Unsealer(() -> Optional.of(new Secrets() {
            @Override
            public String seal(byte[] plain) {
                return PREFIX + new String(plain, StandardCharsets.UTF_8);
            }

            @Override
            public byte[] open(String sealed) throws ConfigException {
                if (sealed.equals(PREFIX + "damaged")) {
                    throw new ConfigException("It was changed. Set it anew");
                }
                return sealed.substring(PREFIX.length()).getBytes(StandardCharsets.UTF_8);
            }
        }));
    }
}
