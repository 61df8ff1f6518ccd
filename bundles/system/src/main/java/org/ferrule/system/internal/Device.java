package org.ferrule.system.internal;

import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;

/** This appliance, as others see it. The system module makes the one object itself, named by the host name. */
@Kind(value = Device.KIND, title = "Device", help = "This appliance: its certificate is what others trust")
record Device(
        @Property(help = "The device certificate", readOnly = true)
        String certificate,

        @Property(help = "SHA-256 of the certificate, to compare when pairing", readOnly = true)
        String fingerprint,

        @Property(help = "The version of the appliance's software", readOnly = true)
        String version,

        @Property(help = "Whether this is the appliance itself", initial = "enabled", readOnly = true)
        boolean selfDevice,

        @Property(help = "Text for people") String description) {
    static final String KIND = "cm device";

    static ObjectId id(String hostname) {
        return new ObjectId(KIND, ObjectId.COMMON + "/" + hostname);
    }
}
