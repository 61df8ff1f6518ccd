package org.ferrule.config.internal;

import java.util.List;
import java.util.Map;
import org.ferrule.config.Assign;
import org.ferrule.config.Assign.Operator;
import org.ferrule.config.Edit;
import org.ferrule.config.ObjectId;
import org.ferrule.config.internal.Catalog.Contribution;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Kinds;
import org.ferrule.config.kind.Property;
import org.ferrule.config.kind.PropertyType;

/** Kinds and short spellings for tests. */
final class Fixtures {
    private Fixtures() {}

    enum Mode {
        ROUND_ROBIN,
        LEAST_CONNECTIONS_MEMBER
    }

    record Member(
            @Property(help = "Share", initial = "1", min = 1, max = 100)
            int ratio,

            @Property(help = "Watches it", type = PropertyType.RULE, references = "ltm monitor")
            String monitor,

            @Property(help = "Text", required = false) String description) {}

    @Kind(value = "ltm pool", title = "Pool", help = "Where requests are served")
    record Pool(
            @Property(help = "Text") String description,
            @Property(help = "How", initial = "round-robin") Mode loadBalancingMode,

            @Property(help = "Watches it", type = PropertyType.RULE, references = "ltm monitor")
            String monitor,

            @Property(help = "Members", type = PropertyType.SERVICE)
            Map<String, Member> members,

            @Property(help = "Found at run time", readOnly = true)
            String found) {}

    @Kind(value = "ltm pool", title = "Pool", help = "Where requests are served", schema = 2)
    record Pool2(
            @Property(help = "What description was") String remark,
            @Property(help = "How", initial = "round-robin") Mode loadBalancingMode,

            @Property(help = "Watches it", type = PropertyType.RULE, references = "ltm monitor")
            String monitor,

            @Property(help = "Members", type = PropertyType.SERVICE)
            Map<String, Member> members,

            @Property(help = "Found at run time", readOnly = true)
            String found) {}

    record Translation(
            @Property(help = "How", initial = "none") String type,

            @Property(help = "From", type = PropertyType.REFERENCE, references = "ltm pool")
            String pool) {}

    @Kind(value = "ltm virtual", title = "Virtual Server", help = "Where clients arrive")
    record Virtual(
            @Property(help = "Where", type = PropertyType.ENDPOINT, required = true)
            String destination,

            @Property(help = "Who serves", type = PropertyType.REFERENCE, references = "ltm pool")
            String pool,

            @Property(help = "Profiles", type = PropertyType.REFERENCE, references = "ltm profile")
            Map<String, Context> profiles,

            @Property(help = "Source", initial = "") Translation sourceAddressTranslation,

            @Property(help = "More", type = PropertyType.REFERENCE, references = "ltm pool")
            List<String> backups,

            @Property(help = "Protocol", initial = "tcp", immutable = true)
            String ipProtocol) {}

    record Context(@Property(help = "Side", initial = "all") String context) {}

    @Kind(value = "ltm monitor http", title = "Monitor", help = "Asks over HTTP")
    record Monitor(
            @Property(
                    help = "Parent",
                    type = PropertyType.REFERENCE,
                    references = "ltm monitor http",
                    initial = "/Common/http")
            String defaultsFrom,

            @Property(help = "Period", initial = "5", min = 1, max = 3600, unit = "seconds")
            int interval,

            @Property(help = "What to say", initial = "GET /\\r\\n")
            String send,

            @Property(help = "Words", initial = "one two") List<String> words) {}

    @Kind(value = "ltm profile tcp", title = "TCP Profile", help = "TCP")
    record Tcp(
            @Property(
                    help = "Parent",
                    type = PropertyType.REFERENCE,
                    references = "ltm profile tcp",
                    initial = "/Common/tcp")
            String defaultsFrom,

            @Property(help = "Idle", initial = "300", unit = "seconds")
            int idleTimeout) {}

    @Kind(value = "wom local-endpoint", title = "Local Endpoint", help = "This end", singleton = true)
    record Endpoint(
            @Property(help = "Addresses", type = PropertyType.ADDRESS)
            List<String> addresses,

            @Property(help = "Port", initial = "443", type = PropertyType.PORT)
            int tunnelPort) {}

    static final String MONITOR_SHIPPED = "ltm monitor http http { send \"GET / HTTP/1.0\\r\\n\" }\n"
            + "ltm monitor http https { defaults-from http interval 7 }\n";
    static final String TCP_SHIPPED =
            "ltm profile tcp tcp { }\nltm profile tcp lan { defaults-from tcp idle-timeout 60 }\n";
    static final String ENDPOINT_SHIPPED = "wom local-endpoint { tunnel-port 443 }\n";

    static final ConfigText TEXT = new ConfigText(new FerruleText());

    /** A catalog of all the kinds above, with what they ship. */
    static Catalog catalog() {
        Catalog catalog = Catalog.EMPTY;
        for (FakeModule module : modules()) {
            catalog = catalog.with(contribution(module));
        }
        return catalog;
    }

    static List<FakeModule> modules() {
        return List.of(
                new FakeModule("pool", "", Pool.class),
                new FakeModule("virtual", "", Virtual.class),
                new FakeModule("monitor", MONITOR_SHIPPED, Monitor.class),
                new FakeModule("net", TCP_SHIPPED, Tcp.class),
                new FakeModule("isession", ENDPOINT_SHIPPED, Endpoint.class));
    }

    static Contribution contribution(FakeModule module) {
        try {
            return Describing.describe(module, TEXT, Catalog.EMPTY);
        } catch (org.ferrule.config.ConfigException e) {
            throw new AssertionError(e);
        }
    }

    static final ObjectId ENDPOINT = ObjectId.singleton("wom local-endpoint");

    static ObjectId pool(String name) {
        return new ObjectId("ltm pool", "/Common/" + name);
    }

    static ObjectId virtual(String name) {
        return new ObjectId("ltm virtual", "/Common/" + name);
    }

    static ObjectId monitor(String name) {
        return new ObjectId("ltm monitor http", "/Common/" + name);
    }

    static ObjectId tcp(String name) {
        return new ObjectId("ltm profile tcp", "/Common/" + name);
    }

    static Edit create(ObjectId id, Assign... assigns) {
        return new Edit.Create(id, List.of(assigns));
    }

    static Edit modify(ObjectId id, Assign... assigns) {
        return new Edit.Modify(id, List.of(assigns));
    }

    static Edit delete(ObjectId id) {
        return new Edit.Delete(id);
    }

    static Assign set(String property, String value) {
        return new Assign.Value(property, value);
    }

    static Assign none(String property) {
        return new Assign.None(property);
    }

    static Assign words(String property, Operator operator, String... words) {
        return new Assign.Words(property, operator, List.of(words));
    }

    static Assign entries(String property, Operator operator, Map<String, List<Assign>> entries) {
        return new Assign.Entries(property, operator, entries);
    }

    static Assign members(Operator operator, String... keys) {
        Map<String, List<Assign>> entries = new java.util.LinkedHashMap<>();
        for (String key : keys) {
            entries.put(key, List.of());
        }
        return new Assign.Entries("members", operator, entries);
    }

    static Edit aVirtual(String name, String destination) {
        return create(virtual(name), set("destination", destination));
    }

    static Object own(org.ferrule.config.ConfigTree tree, ObjectId id, String property) {
        return tree.own().get(id).properties().get(property);
    }

    static Map<String, Object> resolved(org.ferrule.config.ConfigTree tree, ObjectId id, Class<? extends Record> kind) {
        return tree.resolve(Kinds.describe(kind), id).orElseThrow();
    }
}
