package org.ferrule.system.internal;

import java.net.InetAddress;
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

        @Property(help = "Where it was when it was paired; nothing depends on it")
        InetAddress address,

        @Property(help = "Text for people") String description) {
    static final String KIND = "cm trusted-device";

    static ObjectId id(String name) {
        return new ObjectId(KIND, ObjectId.COMMON + "/" + name);
    }
}
