package org.ferrule.crypto.internal;

import org.ferrule.config.kind.Choice;

/** What is asked of the other end's certificate. */
enum PeerCertMode {
    @Choice("Ask for no certificate, or believe any")
    IGNORE,
    @Choice("Ask for a certificate; one that is presented must be good")
    REQUEST,
    @Choice("Refuse who presents no good certificate")
    REQUIRE
}
