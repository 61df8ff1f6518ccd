package org.ferrule.system.internal;

import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;

/** What holds for the appliance as a whole. */
@Kind(
        value = GlobalSettings.KIND,
        title = "Global Settings",
        help = "What holds for the appliance as a whole",
        singleton = true)
record GlobalSettings(
        @Property(
                help = "The appliance's name: in the prompt, and for the devices that it is paired with",
                initial = "ferrule")
        String hostname,

        @Property(help = "Text for people") String description) {
    static final String KIND = "sys global-settings";
    static final ObjectId ID = ObjectId.singleton(KIND);
}
