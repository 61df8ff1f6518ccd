package org.ferrule.crypto.internal;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.X509Certificate;
import java.util.List;

/** Key stores that live in memory only. */
final class Stores {
    private Stores() {}

    static KeyStore empty() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        } catch (IOException e) {
            throw new KeyStoreException("an empty key store cannot be made", e);
        }
    }

    /** A store of certificates that are trusted as authorities. */
    static KeyStore authorities(List<X509Certificate> certificates) throws GeneralSecurityException {
        KeyStore store = empty();
        for (X509Certificate certificate : certificates) {
            store.setCertificateEntry("ca" + store.size(), certificate);
        }
        return store;
    }
}
