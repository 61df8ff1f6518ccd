package org.ferrule.config.text;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.ferrule.config.Assign;
import org.ferrule.config.ConfigException;
import org.ferrule.config.kind.Choice;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.kind.Kinds;
import org.ferrule.config.kind.Property;
import org.ferrule.config.kind.PropertyType;

/** Kinds with a property of each type. */
final class Things {
    enum Mode {
        @Choice("One after the other")
        ROUND_ROBIN,
        LEAST_CONNECTIONS
    }

    enum State {
        ENABLED,
        DISABLED
    }

    record Member(
            @Property(help = "Weight", initial = "1", min = 1, max = 100)
            int ratio,

            @Property(help = "Remark") String description) {}

    record Translation(
            @Property(help = "Type") String type,

            @Property(help = "Pool", type = PropertyType.REFERENCE, references = "ltm thing")
            String pool) {}

    @Kind(value = "ltm thing", title = "Thing", help = "A thing")
    record Thing(
            @Property(help = "Address") InetAddress address,
            @Property(help = "Remark") String description,

            @Property(help = "Destination", immutable = true)
            InetSocketAddress destination,

            @Property(help = "Switch", type = PropertyType.FLAG, initial = "enabled")
            State enabled,

            @Property(help = "Limit", min = -5, max = 10, unit = "seconds")
            int limit,

            @Property(help = "Members", type = PropertyType.SERVICE)
            Map<String, Member> members,

            @Property(help = "Mode", initial = "round-robin")
            Mode mode,

            @Property(help = "Monitor", type = PropertyType.RULE, references = "ltm monitor")
            String monitor,

            @Property(help = "Other", type = PropertyType.REFERENCE, references = "ltm thing")
            String other,

            @Property(help = "Password", type = PropertyType.SECRET)
            String password,

            @Property(help = "Port", type = PropertyType.PORT)
            int port,

            @Property(help = "Seen", readOnly = true) String seen,

            @Property(help = "Node", type = PropertyType.SERVICE)
            String server,

            @Property(help = "Translation") Translation translation,
            @Property(help = "Words") List<String> words) {}

    @Kind(value = "sys single", title = "Single", help = "The only one", singleton = true)
    record Single(@Property(help = "Remark") String description) {}

    static final KindDescriptor THING = Kinds.describe(Thing.class);
    static final KindDescriptor SINGLE = Kinds.describe(Single.class);

    private Things() {}

    static List<Assign> parse(PropertyParser.Form form, String text) throws ConfigException {
        return PropertyParser.parse(THING, Words.split(text).words(), form, "/Common");
    }

    static Assign value(String property, String value) {
        return new Assign.Value(property, value);
    }
}
