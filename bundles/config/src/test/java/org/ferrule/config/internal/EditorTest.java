package org.ferrule.config.internal;

import static org.ferrule.config.internal.Fixtures.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ferrule.config.Assign;
import org.ferrule.config.Assign.Operator;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Edit;
import org.ferrule.config.ObjectId;
import org.junit.jupiter.api.Test;

class EditorTest {
    private static final Catalog CATALOG = catalog();
    private static final ConfigTree SHIPPED = ConfigTree.of(CATALOG.shipped(), List.of());

    private static ConfigTree edit(ConfigTree tree, Edit... edits) throws ConfigException {
        Editor editor = new Editor(
                kind -> CATALOG.kind(kind).orElseThrow(() -> new ConfigException("no kind " + kind)),
                kind -> kind.equals("ltm absent"),
                kind -> "x",
                Origin.COMMAND);
        return editor.apply(tree, List.of(edits));
    }

    private static String refused(ConfigTree tree, Edit... edits) {
        return assertThrows(ConfigException.class, () -> edit(tree, edits)).getMessage();
    }

    private static Map<String, Object> entry(ConfigTree tree, String key) {
        return org.ferrule.config.Values.entries(own(tree, pool("p"), "members"))
                .get(key);
    }

    @Test
    void storesOnlyWhatWasSaid() throws ConfigException {
        ConfigTree tree = edit(SHIPPED, create(pool("p"), set("description", "web")));
        assertEquals(Map.of("description", "web"), tree.own().get(pool("p")).properties());
        assertEquals("round-robin", resolved(tree, pool("p"), Pool.class).get("load-balancing-mode"));
    }

    @Test
    void whatIsSetToTheInheritedValueStaysExplicit() throws ConfigException {
        ConfigTree tree = edit(SHIPPED, create(monitor("m"), set("interval", "5")));
        assertEquals("5", own(tree, monitor("m"), "interval"));
    }

    @Test
    void listsOfCommandsBuildOnWhatIsInherited() throws ConfigException {
        ConfigTree tree = edit(SHIPPED, create(monitor("m"), words("words", Operator.ADD, "three")));
        assertEquals(List.of("one", "two", "three"), own(tree, monitor("m"), "words"));
        tree = edit(tree, modify(monitor("m"), words("words", Operator.DELETE, "one")));
        assertEquals(List.of("two", "three"), own(tree, monitor("m"), "words"));
        tree = edit(tree, modify(monitor("m"), words("words", Operator.REPLACE_ALL_WITH, "x")));
        assertEquals(List.of("x"), own(tree, monitor("m"), "words"));
        ConfigTree now = tree;
        assertEquals(
                "01020066:3: The requested Monitor Word (/Common/m x) already exists in partition Common.",
                refused(now, modify(monitor("m"), words("words", Operator.ADD, "x"))));
        assertTrue(refused(now, modify(monitor("m"), words("words", Operator.MODIFY, "x")))
                .contains("plain list"));
    }

    @Test
    void aParentThatIsNamedInTheSameCommandIsBuiltOn() throws ConfigException {
        ConfigTree tree = edit(
                SHIPPED,
                create(monitor("a"), words("words", Operator.REPLACE_ALL_WITH, "z")),
                create(monitor("b"), words("words", Operator.ADD, "y"), set("defaults-from", "/Common/a")));
        assertEquals(List.of("z", "y"), own(tree, monitor("b"), "words"));
    }

    @Test
    void noneIsNothingForAListAndInheritedForAScalar() throws ConfigException {
        ConfigTree tree =
                edit(SHIPPED, create(monitor("m"), set("interval", "9")), modify(monitor("m"), none("interval")));
        assertTrue(tree.own().get(monitor("m")).properties().isEmpty());
        tree = edit(tree, modify(monitor("m"), none("words")));
        assertEquals(List.of(), own(tree, monitor("m"), "words"));
        tree = edit(tree, create(pool("p"), members(Operator.ADD, "10.0.0.1:80")), modify(pool("p"), none("members")));
        assertTrue(tree.own().get(pool("p")).properties().isEmpty());
    }

    @Test
    void entriesAreAddedChangedAndRemoved() throws ConfigException {
        ConfigTree tree = edit(SHIPPED, create(pool("p"), members(Operator.ADD, "10.0.0.1:80", "10.0.0.2:80")));
        tree = edit(
                tree,
                modify(
                        pool("p"),
                        entries("members", Operator.MODIFY, Map.of("10.0.0.2:80", List.of(set("ratio", "7"))))));
        assertEquals(Map.of("ratio", "7"), entry(tree, "10.0.0.2:80"));
        tree = edit(tree, modify(pool("p"), members(Operator.DELETE, "10.0.0.1:80")));
        assertEquals(null, entry(tree, "10.0.0.1:80"));
        tree = edit(tree, modify(pool("p"), members(Operator.REPLACE_ALL_WITH, "10.0.0.2:80")));
        assertEquals(Map.of(), entry(tree, "10.0.0.2:80"));
    }

    @Test
    void missingAndExistingEntriesAreRefusedInTmosWords() throws ConfigException {
        ConfigTree tree = edit(SHIPPED, create(pool("p"), members(Operator.ADD, "10.0.0.1:80")));
        for (Operator operator : List.of(Operator.DELETE, Operator.MODIFY)) {
            assertEquals(
                    "01020036:3: The requested Pool Member (/Common/p 10.0.0.9:80) was not found."
                            + " There are: 10.0.0.1:80.",
                    refused(tree, modify(pool("p"), members(operator, "10.0.0.9:80"))));
        }
        assertEquals(
                "01020066:3: The requested Pool Member (/Common/p 10.0.0.1:80) already exists in partition Common.",
                refused(tree, modify(pool("p"), members(Operator.ADD, "10.0.0.1:80"))));
    }

    @Test
    void aGroupKeepsWhatIsNotSaid() throws ConfigException {
        ObjectId v = virtual("v");
        ConfigTree tree = edit(
                SHIPPED,
                aVirtual("v", "10.0.0.1:80"),
                modify(v, new Assign.Group("source-address-translation", List.of(set("type", "snat")))),
                modify(v, new Assign.Group("source-address-translation", List.of(set("pool", "/Common/s")))));
        assertEquals(Map.of("type", "snat", "pool", "/Common/s"), own(tree, v, "source-address-translation"));
    }

    @Test
    void objectsThatAreThereOrNotThereAreRefused() throws ConfigException {
        ConfigTree tree = edit(SHIPPED, create(pool("p")));
        assertEquals(
                "01020066:3: The requested Pool (/Common/p) already exists in partition Common.",
                refused(tree, create(pool("p"))));
        assertEquals(
                "01020036:3: The requested Pool (/Common/q) was not found. There are: /Common/p.",
                refused(tree, modify(pool("q"))));
        assertEquals(
                "01020036:3: The requested Pool (/Common/q) was not found. There is none yet.",
                refused(SHIPPED, delete(pool("q"))));
        assertTrue(
                refused(SHIPPED, create(new ObjectId("ltm foo", "/Common/x"))).contains("ltm foo"));
    }

    @Test
    void shippedObjectsAndSingletonsCannotBeDeletedNorMade() {
        assertTrue(refused(SHIPPED, delete(monitor("http"))).contains("shipped with the appliance"));
        assertTrue(refused(SHIPPED, delete(ENDPOINT)).contains("cannot be deleted"));
        assertTrue(refused(SHIPPED, create(ENDPOINT)).contains("modify it"));
        assertTrue(refused(SHIPPED, create(new ObjectId("wom local-endpoint", "/Common/x")))
                .contains("has no name"));
        assertTrue(refused(SHIPPED, create(monitor("http"))).startsWith("01020066:3:"));
    }

    @Test
    void anOwnObjectOverAShippedOneHoldsOnlyDifferences() throws ConfigException {
        ConfigTree tree = edit(SHIPPED, modify(monitor("https"), set("interval", "9")));
        assertEquals(Map.of("interval", "9"), tree.own().get(monitor("https")).properties());
        tree = edit(tree, modify(monitor("https"), set("interval", "7")));
        assertFalse(tree.own().containsKey(monitor("https")));
        tree = edit(SHIPPED, modify(ENDPOINT, set("tunnel-port", "4443")), modify(ENDPOINT, none("tunnel-port")));
        assertEquals(SHIPPED, tree);
    }

    @Test
    void valuesAreChecked() {
        Map<Assign, String> wrong = new LinkedHashMap<>();
        wrong.put(set("interval", "0"), "a whole number from 1 to 3600 (seconds)");
        wrong.put(set("interval", "99999999999999999999"), "a whole number");
        wrong.put(set("interval", "x"), "property interval cannot be \"x\"");
        wrong.put(set("defaults-from", "http"), "the name of a ltm monitor http");
        wrong.put(set("words", "x"), "a list in braces");
        wrong.put(set("nothing", "x"), "there are: defaults-from, interval, send, words");
        wrong.put(set("send", "a\0"), "character 0");
        wrong.put(words("send", Operator.ADD, "x"), "text");
        wrong.put(members(Operator.ADD, "x"), "no property members");
        wrong.forEach((assign, words) -> {
            String message = refused(SHIPPED, create(monitor("m"), assign));
            assertTrue(message.contains(words), message);
            assertTrue(message.startsWith("01070734:3: Configuration error: Monitor (/Common/m)"), message);
        });
        assertTrue(refused(SHIPPED, create(pool("p"), set("load-balancing-mode", "best")))
                .contains("one of: round-robin, least-connections-member"));
        assertTrue(refused(SHIPPED, create(pool("p"), members(Operator.ADD, "10.0.0.1")))
                .contains("a port"));
        assertTrue(refused(SHIPPED, aVirtual("v", "web:80")).contains("an address and a port"));
        assertTrue(refused(SHIPPED, modify(ENDPOINT, words("addresses", Operator.ADD, "10.0.0.256")))
                .contains("IPv4"));
        assertTrue(
                refused(SHIPPED, modify(ENDPOINT, set("tunnel-port", "65536"))).contains("a port number"));
    }

    @Test
    void readOnlyAndImmutablePropertiesAreRefused() throws ConfigException {
        assertTrue(refused(SHIPPED, create(pool("p"), set("found", "x"))).contains("read-only"));
        ConfigTree tree =
                edit(SHIPPED, create(virtual("v"), set("destination", "10.0.0.1:80"), set("ip-protocol", "udp")));
        assertTrue(
                refused(tree, modify(virtual("v"), set("ip-protocol", "tcp"))).contains("by create only"));
        assertTrue(refused(tree, modify(virtual("v"), none("ip-protocol"))).contains("by create only"));
        assertEquals(tree, edit(tree, modify(virtual("v"), set("ip-protocol", "udp"))));
    }

    @Test
    void requiredPropertiesAreAskedFor() {
        String message = refused(SHIPPED, create(virtual("v")));
        assertEquals(
                "one or more properties must be specified: destination (Where) of Virtual Server (/Common/v)", message);
    }

    @Test
    void namesAreChecked() {
        assertTrue(refused(SHIPPED, create(new ObjectId("ltm pool", "/Other/p")))
                .contains("The requested folder (/Other) was not found."));
        assertTrue(refused(SHIPPED, create(new ObjectId("ltm pool", "p"))).contains("folder (p)"));
        for (String name : List.of("", "a\nb", "a{", "a\"", "x".repeat(300))) {
            assertTrue(refused(SHIPPED, create(pool(name))).contains("is not valid"), name);
        }
    }

    @Test
    void circlesOfParentsAreRefused() throws ConfigException {
        assertEquals(
                "01070734:3: Configuration error: A monitor may not default from itself \"/Common/m\"",
                refused(SHIPPED, create(monitor("m"), set("defaults-from", "/Common/m"))));
        ConfigTree tree = edit(SHIPPED, create(monitor("a")), create(monitor("b"), set("defaults-from", "/Common/a")));
        assertTrue(refused(tree, modify(monitor("a"), set("defaults-from", "/Common/b")))
                .contains("A monitor may not default from itself \"/Common/a\""));
        assertTrue(refused(SHIPPED, modify(tcp("tcp"), set("defaults-from", "/Common/lan")))
                .contains("A profile may not default from itself"));
    }
}
