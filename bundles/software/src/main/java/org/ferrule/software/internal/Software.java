package org.ferrule.software.internal;

import org.ferrule.config.kind.Choice;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;

/** How software is installed, replaced and deployed. */
@Kind(
        value = Software.KIND,
        title = "Software",
        help = "How software is installed, replaced and deployed",
        singleton = true)
record Software(
        @Property(
                help = "How long a version that was replaced may go on with what it has begun",
                initial = "300",
                unit = "seconds",
                max = 86400)
        int drainTimeout,

        @Property(
                help = "How long new versions may take to become healthy before the old ones are put back",
                initial = "60",
                unit = "seconds",
                min = 1,
                max = 3600)
        int healthTimeout,

        @Property(help = "How many images are kept for going back, beside those in use", initial = "3", max = 50)
        int imagesKept,

        @Property(help = "What becomes of files in deploy/ that no trusted signer has signed", initial = "flag")
        UnsignedPolicy unsignedPolicy) {
    static final String KIND = "sys software";

    /** Holds as long as the configuration is not known. */
    static final Software INITIAL = new Software(300, 60, 3, UnsignedPolicy.REFUSE);

    /** What becomes of deployed files that are not signed by a trusted signer. */
    enum UnsignedPolicy {
        @Choice("They are taken in, and show sys software names them")
        FLAG,
        @Choice("They are not taken in")
        REFUSE
    }
}
