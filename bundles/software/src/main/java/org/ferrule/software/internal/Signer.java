package org.ferrule.software.internal;

import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;

/** Somebody whose signature on software is believed. None is shipped. */
@Kind(
        value = Signer.KIND,
        title = "Software Signer",
        help = "A certificate by which images and deployed files may be signed; none is trusted by default")
record Signer(
        @Property(
                help = "The certificate in PEM form: the signer's own, or of the authority that issued it",
                required = true)
        String certificate,

        @Property(help = "Text for people") String description) {
    static final String KIND = "sys software signer";
}
