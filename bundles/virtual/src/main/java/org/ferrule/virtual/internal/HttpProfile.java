package org.ferrule.virtual.internal;

import org.ferrule.config.kind.Choice;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;
import org.ferrule.config.kind.PropertyType;

/** {@code ltm profile http}. */
@Kind(value = "ltm profile http", title = "HTTP profile", help = "How HTTP requests are treated")
record HttpProfile(
        @Property(
                help = "What servers are told about compressed content; identity lets de-duplication find what repeats",
                initial = "preserve")
        AcceptEncoding acceptEncoding,

        @Property(
                help = "The profile from which this one inherits",
                type = PropertyType.REFERENCE,
                references = "ltm profile http",
                initial = "/Common/http")
        String defaultsFrom,

        @Property(help = "What the profile is for") String description) {

    static final String KIND = "ltm profile http";

    static final String SHIPPED = """
            ltm profile http /Common/http { }
            """;

    /** What becomes of a request's {@code Accept-Encoding}. */
    enum AcceptEncoding {
        @Choice("What the client says")
        PRESERVE,
        @Choice("To send content as it is; where a client excludes that, what the client says")
        IDENTITY
    }
}
