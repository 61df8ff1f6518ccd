package org.ferrule.tmsh.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ferrule.config.Assign;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Configuration;
import org.ferrule.config.Edit;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Choice;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.kind.Kinds;
import org.ferrule.config.kind.Property;
import org.ferrule.config.kind.PropertyType;

/** A tree with a few kinds: it stores what it is told, adds entries, and remembers what was asked. */
final class FakeConfiguration implements Configuration {
    enum Mode {
        @Choice("One after the other")
        ROUND_ROBIN,
        @Choice("The least busy")
        LEAST_CONNECTIONS
    }

    enum Session {
        USER_ENABLED,
        USER_DISABLED
    }

    record Member(
            @Property(help = "Weight", initial = "1", min = 1, max = 100)
            int ratio,

            @Property(help = "Takes new connections", initial = "user-enabled")
            Session session) {}

    @Kind(value = "auth user", title = "user", help = "Someone who may log in")
    record User(
            @Property(help = "Password", type = PropertyType.SECRET)
            String password,

            @Property(help = "Remark") String description,
            @Property(help = "Teams") List<String> teams) {}

    @Kind(value = "ltm monitor http", title = "Monitor", help = "Asks over HTTP")
    record Monitor(
            @Property(help = "Seconds", initial = "5") int interval) {}

    @Kind(value = "ltm pool", title = "Pool", help = "Where requests are served")
    record Pool(
            @Property(help = "Remark") String description,

            @Property(help = "How a member is chosen", initial = "round-robin")
            Mode loadBalancingMode,

            @Property(help = "Members", type = PropertyType.SERVICE)
            Map<String, Member> members,

            @Property(help = "What watches", type = PropertyType.RULE, references = "ltm monitor")
            String monitor) {}

    @Kind(value = "sys global-settings", title = "Settings", help = "The appliance", singleton = true)
    record Settings(
            @Property(help = "Name|s", initial = "branch") String hostname) {}

    private static final List<KindDescriptor> KINDS = List.of(
            Kinds.describe(User.class),
            Kinds.describe(Monitor.class),
            Kinds.describe(Pool.class),
            Kinds.describe(Settings.class));

    final List<String> asked = new ArrayList<>();
    boolean available = true;
    private ConfigTree tree = ConfigTree.of(
            List.of(
                    new ConfigObject(ObjectId.singleton("sys global-settings"), 1, Map.of()),
                    new ConfigObject(new ObjectId("ltm monitor http", "/Common/http"), 1, Map.of())),
            List.of());

    @Override
    public ConfigTree running() {
        return tree;
    }

    @Override
    public Collection<KindDescriptor> kinds() {
        return KINDS;
    }

    @Override
    public boolean available(String kind) {
        return available;
    }

    @Override
    public ConfigTree commit(List<Edit> edits) throws ConfigException {
        ConfigTree next = tree;
        for (Edit edit : edits) {
            next = apply(next, edit);
        }
        tree = next;
        return tree;
    }

    private ConfigTree apply(ConfigTree before, Edit edit) throws ConfigException {
        String title = kind(edit.id().kind()).orElseThrow().title();
        boolean there = before.get(edit.id()).isPresent();
        if (edit instanceof Edit.Create == there) {
            throw there
                    ? ConfigException.exists(title, edit.id().name())
                    : ConfigException.notFound(title, edit.id().name(), "");
        }
        if (edit instanceof Edit.Create create) {
            return before.with(new ConfigObject(edit.id(), 1, set(Map.of(), create.assigns())));
        }
        if (edit instanceof Edit.Modify modify) {
            Map<String, Object> old = before.get(edit.id()).orElseThrow().properties();
            return before.with(new ConfigObject(edit.id(), 1, set(old, modify.assigns())));
        }
        return before.without(edit.id());
    }

    private static Map<String, Object> set(Map<String, Object> old, List<Assign> assigns) {
        Map<String, Object> values = new LinkedHashMap<>(old);
        for (Assign assign : assigns) {
            if (assign instanceof Assign.Value value) {
                values.put(value.property(), value.value());
            } else if (assign instanceof Assign.Entries entries) {
                Map<String, Object> made = new LinkedHashMap<>();
                entries.entries().forEach((name, inner) -> made.put(name, set(Map.of(), inner)));
                values.put(entries.property(), made);
            } else {
                values.remove(assign.property());
            }
        }
        return values;
    }

    @Override
    public List<Path> save() {
        asked.add("save");
        return List.of(Path.of("saved.conf"));
    }

    @Override
    public boolean saved() {
        return true;
    }

    @Override
    public ConfigTree load() {
        asked.add("load");
        return tree;
    }

    @Override
    public ConfigTree load(String text, String source, boolean merge, boolean verify) throws ConfigException {
        if (text.contains("bad")) {
            throw new ConfigException(source + ", line 1: bad");
        }
        asked.add("load " + text + (merge ? " merge" : "") + (verify ? " verify" : ""));
        return tree;
    }

    @Override
    public List<String> notices() {
        return List.of();
    }
}
