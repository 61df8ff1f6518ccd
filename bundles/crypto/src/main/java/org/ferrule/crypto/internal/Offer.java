package org.ferrule.crypto.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * The versions, suites and groups that an engine offers or takes.
 *
 * @param versions the protocol versions
 * @param suites the cipher suites, most wanted first
 * @param groups the key exchange groups, most wanted first; empty leaves them to the JDK
 */
record Offer(List<String> versions, List<String> suites, List<String> groups) {
    private static final String TLS_12 = "TLSv1.2";
    private static final String TLS_13 = "TLSv1.3";
    private static final String NO_TLS_12 = "no-tlsv1.2";
    private static final String NO_TLS_13 = "no-tlsv1.3";
    // What has both forward secrecy and authenticated encryption, fastest first.
    private static final List<String> DEFAULT = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /** Reads what a profile says; messages name the property. */
    static Offer of(String ciphers, List<String> groups, List<String> options) throws IOException {
        List<String> versions = versions(options);
        for (String group : groups) {
            if (!BouncyTls.GROUPS.contains(group)) {
                throw new IOException(
                        "groups: \"" + group + "\" is not known; one of: " + String.join(", ", BouncyTls.GROUPS));
            }
        }
        return new Offer(versions, suites(ciphers, versions), withCurves(groups));
    }

    /** BCJSSE takes an ECDSA certificate only if its curve is among the groups, so the usual ones are there, last. */
    private static List<String> withCurves(List<String> groups) {
        Set<String> all = new LinkedHashSet<>(groups);
        if (!all.isEmpty()) {
            all.addAll(List.of("secp256r1", "secp384r1"));
        }
        return List.copyOf(all);
    }

    private static List<String> versions(List<String> options) throws IOException {
        List<String> versions = new ArrayList<>(List.of(TLS_13, TLS_12));
        for (String option : options) {
            switch (option) {
                case NO_TLS_12 -> versions.remove(TLS_12);
                case NO_TLS_13 -> versions.remove(TLS_13);
                default ->
                    throw new IOException(
                            "options: \"" + option + "\" is not known; one of: " + NO_TLS_12 + ", " + NO_TLS_13);
            }
        }
        if (versions.isEmpty()) {
            throw new IOException("options: " + NO_TLS_12 + " and " + NO_TLS_13 + " together leave no version of TLS");
        }
        return List.copyOf(versions);
    }

    private static List<String> suites(String ciphers, List<String> versions) throws IOException {
        List<String> wanted = ciphers.equals("DEFAULT") ? DEFAULT : List.of(ciphers.split(":"));
        List<String> suites = wanted.stream()
                .filter(suite -> versions.contains(version(suite)))
                .toList();
        if (suites.isEmpty()) {
            throw new IOException("ciphers: none of the suites is one of " + String.join(" or ", versions));
        }
        return suites;
    }

    private static String version(String suite) {
        return suite.contains("_WITH_") ? TLS_12 : TLS_13;
    }

    /** Refuses suites that the provider does not have. */
    void check(SSLEngine engine) throws IOException {
        Set<String> supported = Set.copyOf(Arrays.asList(engine.getSupportedCipherSuites()));
        for (String suite : suites) {
            if (!supported.contains(suite)) {
                throw new IOException("ciphers: \"" + suite + "\" is not known; DEFAULT, or standard names joined by"
                        + " colons, such as " + String.join(":", DEFAULT.subList(0, 2)));
            }
        }
    }

    /** Sets versions and suites. */
    void apply(SSLParameters parameters) {
        parameters.setProtocols(versions.toArray(String[]::new));
        parameters.setCipherSuites(suites.toArray(String[]::new));
        parameters.setUseCipherSuitesOrder(true);
    }
}
