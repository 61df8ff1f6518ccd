package org.ferrule.system.internal;

import java.net.InetAddress;
import java.util.Optional;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;

/** Another appliance that this one was paired with. Deleting it ends its tunnels. */
@Kind(
        value = TrustedDevice.KIND,
        title = "Trusted Device",
        help = "An appliance that may open tunnels with this one; made by run cm pair")
record TrustedDevice(
        @Property(help = "Its device certificate in PEM form", required = true)
        String certificate,

        @Property(help = "SHA-256 of the certificate", readOnly = true)
        String fingerprint,

        @Property(
                help =
                        "The certificate that it had before it renewed it: trusted too for 30 days; none ends that at once")
        String previousCertificate,

        @Property(help = "Where it was when it was paired; nothing depends on it")
        InetAddress address,

        @Property(help = "Text for people") String description) {
    static final String KIND = "cm trusted-device";
    static final String NONE = "none";

    /** The certificate before, if there is one. */
    Optional<String> previous() {
        return Optional.ofNullable(previousCertificate).filter(text -> !text.isEmpty() && !text.equals(NONE));
    }

    static ObjectId id(String name) {
        return new ObjectId(KIND, ObjectId.COMMON + "/" + name);
    }
}
