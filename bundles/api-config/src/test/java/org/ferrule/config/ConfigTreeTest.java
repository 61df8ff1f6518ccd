package org.ferrule.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.kind.Kinds;
import org.ferrule.config.kind.Property;
import org.ferrule.config.kind.PropertyType;
import org.junit.jupiter.api.Test;

class ConfigTreeTest {
    @Kind(value = "ltm profile tcp", title = "TCP Profile", help = "TCP")
    record Tcp(
            @Property(
                    help = "Parent",
                    type = PropertyType.REFERENCE,
                    references = "ltm profile tcp",
                    initial = "/Common/tcp")
            String defaultsFrom,

            @Property(help = "Idle", initial = "300") int idleTimeout,
            @Property(help = "Words") List<String> words) {}

    private static final KindDescriptor KIND = Kinds.describe(Tcp.class);

    private static ObjectId id(String name) {
        return new ObjectId(KIND.name(), "/Common/" + name);
    }

    private static ConfigObject object(String name, String... properties) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < properties.length; i += 2) {
            map.put(properties[i], properties[i + 1]);
        }
        return new ConfigObject(id(name), 1, map);
    }

    private final ConfigTree tree = ConfigTree.of(
            List.of(object("tcp"), object("lan", "defaults-from", "/Common/tcp", "idle-timeout", "60")),
            List.of(
                    object("lan", "words", "x"),
                    object("mine", "defaults-from", "/Common/lan"),
                    object("alone", "defaults-from", "none"),
                    new ConfigObject(new ObjectId("ltm profile tcpx", "/Common/z"), 1, Map.of())));

    @Test
    void theOwnLayerIsLaidOverTheShippedOne() {
        assertEquals(
                Map.of("defaults-from", "/Common/tcp", "idle-timeout", "60", "words", "x"),
                tree.get(id("lan")).orElseThrow().properties());
        assertEquals(Optional.empty(), tree.get(id("none")));
        assertEquals(
                Map.of("defaults-from", "/Common/tcp", "idle-timeout", "60"),
                tree.without(id("lan")).get(id("lan")).orElseThrow().properties());
        assertTrue(tree.withShipped(List.of()).get(id("tcp")).isEmpty());
    }

    @Test
    void idsAreThoseOfBothLayersAndOfTheKindAlone() {
        assertEquals(List.of(id("alone"), id("lan"), id("mine"), id("tcp")), tree.ids(KIND.name()));
        assertEquals(5, tree.ids().size());
        assertEquals(List.of(), tree.ids("ltm profile"));
    }

    @Test
    void propertiesComeFromTheNearestParentThatSetsThem() {
        Map<String, Object> mine = tree.resolve(KIND, id("mine")).orElseThrow();
        assertEquals("60", mine.get("idle-timeout"));
        assertEquals("/Common/lan", mine.get("defaults-from"));
        assertEquals(List.of(id("lan"), id("tcp")), tree.parents(KIND, id("mine")));
        assertEquals("300", tree.resolve(KIND, id("alone")).orElseThrow().get("idle-timeout"));
        assertEquals(Optional.empty(), tree.resolve(KIND, id("nobody")));
    }

    @Test
    void anObjectWithoutAParentThatIsThereHasTheDefaults() {
        ConfigTree orphan = tree.with(object("orphan", "defaults-from", "/Common/gone"));
        assertEquals("300", orphan.resolve(KIND, id("orphan")).orElseThrow().get("idle-timeout"));
    }

    @Test
    void circlesEnd() {
        ConfigTree circle =
                tree.with(object("a", "defaults-from", "/Common/b")).with(object("b", "defaults-from", "/Common/a"));
        assertThrows(IllegalStateException.class, () -> circle.parents(KIND, id("a")));
        ConfigTree behind = circle.with(object("c", "defaults-from", "/Common/a"));
        assertThrows(IllegalStateException.class, () -> behind.resolve(KIND, id("c")));
    }

    @Test
    void viewsAreRecords() {
        ConfigTree typed = ConfigTree.of(
                List.of(object("tcp")),
                List.of(new ConfigObject(id("mine"), 1, Map.of("words", List.of("a"), "idle-timeout", "7"))));
        assertEquals(Optional.of(new Tcp("/Common/tcp", 7, List.of("a"))), typed.view(Tcp.class, "/Common/mine"));
        assertEquals(
                List.of("/Common/mine", "/Common/tcp"),
                List.copyOf(typed.views(Tcp.class).keySet()));
        assertEquals(Optional.empty(), typed.view(Tcp.class, "/Common/none"));
    }

    @Test
    void treesAreValues() {
        assertEquals(tree, ConfigTree.of(tree.shipped().values(), tree.own().values()));
        assertEquals(
                tree.hashCode(),
                ConfigTree.of(tree.shipped().values(), tree.own().values()).hashCode());
        assertNotEquals(tree, tree.without(id("mine")));
        assertThrows(UnsupportedOperationException.class, () -> tree.own().clear());
    }

    @Test
    void objectsKeepPlainValuesOnlyAndTheirOwnCopy() {
        List<String> words = new ArrayList<>(List.of("a"));
        ConfigObject object = new ConfigObject(id("x"), 1, Map.of("words", words, "group", Map.of("k", words)));
        words.add("b");
        assertEquals(List.of("a"), object.properties().get("words"));
        assertEquals(Map.of("k", List.of("a")), object.properties().get("group"));
        assertThrows(
                UnsupportedOperationException.class, () -> object.properties().clear());
        assertThrows(IllegalArgumentException.class, () -> new ConfigObject(id("x"), 1, Map.of("n", 7)));
        assertThrows(ClassCastException.class, () -> new ConfigObject(id("x"), 1, Map.of("n", List.of(7))));
    }

    @Test
    void namesAreFullOrRelative() {
        assertEquals("/Common/web", ObjectId.fullName("/Common", "web"));
        assertEquals("/Other/web", ObjectId.fullName("/Common", "/Other/web"));
        assertEquals("", ObjectId.fullName("/Common", ""));
        assertEquals("web", ObjectId.relativeName("/Common", "/Common/web"));
        assertEquals("/Commonly/web", ObjectId.relativeName("/Common", "/Commonly/web"));
        assertEquals("web", new ObjectId("ltm pool", "/Common/web").shortName());
        assertEquals("ltm pool /Common/web", new ObjectId("ltm pool", "/Common/web").toString());
        assertEquals(
                "wom local-endpoint", ObjectId.singleton("wom local-endpoint").toString());
    }

    @Test
    void messagesAreInTmosWords() {
        assertEquals(
                "01020036:3: The requested Pool (/Common/x) was not found.",
                ConfigException.notFound("Pool", "/Common/x", "").getMessage());
        assertEquals(
                "01020066:3: The requested Pool (/Common/x) already exists in partition Common.",
                ConfigException.exists("Pool", "/Common/x").getMessage());
        assertEquals(
                "01070734:3: Configuration error: no",
                ConfigException.invalid("no").getMessage());
    }
}
