package org.ferrule.config.kind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KindsTest {
    enum Mode {
        @Choice("One after the other")
        ROUND_ROBIN,
        LEAST_CONNECTIONS
    }

    record Member(
            @Property(help = "Share", initial = "1") int ratio,
            @Property(help = "Text") String description) {}

    record Translation(
            @Property(help = "How", initial = "none") String type) {}

    @Kind(value = "ltm pool", title = "Pool", help = "Where requests are served", schema = 3)
    record Pool(
            @Property(help = "How", initial = "round-robin") Mode loadBalancingMode,

            @Property(help = "Who", type = PropertyType.SERVICE, references = "ltm node")
            Map<String, Member> members,

            @Property(help = "Words", initial = "a b") List<String> words,
            @Property(help = "Group") Translation translation,

            @Property(help = "On", type = PropertyType.FLAG, initial = "disabled")
            boolean enabled,

            @Property(help = "Where") InetAddress address,
            @Property(help = "Where") InetSocketAddress destination,

            @Property(help = "Many", max = Long.MAX_VALUE, unit = "bytes")
            long limit,

            @Property(help = "Port", type = PropertyType.PORT, min = 1)
            int port,

            @Property(help = "Other", type = PropertyType.REFERENCE, references = "ltm pool")
            String other,

            @Property(help = "Named", name = "odd_name", required = true, immutable = true, readOnly = true)
            String renamed) {}

    private static final KindDescriptor KIND = Kinds.describe(Pool.class);

    private static PropertyDescriptor property(String name) {
        return KIND.property(name).orElseThrow();
    }

    @Test
    void aKindIsDescribedByItsDeclaration() {
        assertEquals("ltm pool", KIND.name());
        assertEquals("Pool", KIND.title());
        assertEquals(3, KIND.schema());
        assertEquals(
                List.of(
                        "address",
                        "destination",
                        "enabled",
                        "limit",
                        "load-balancing-mode",
                        "members",
                        "odd_name",
                        "other",
                        "port",
                        "translation",
                        "words"),
                KIND.properties().stream().map(PropertyDescriptor::name).toList());
        Map<String, PropertyType> types = Map.of(
                "address", PropertyType.ADDRESS,
                "destination", PropertyType.ENDPOINT,
                "enabled", PropertyType.FLAG,
                "limit", PropertyType.INTEGER,
                "load-balancing-mode", PropertyType.CHOICE,
                "members", PropertyType.ENTRIES,
                "other", PropertyType.REFERENCE,
                "port", PropertyType.PORT,
                "translation", PropertyType.GROUP,
                "words", PropertyType.LIST);
        types.forEach((name, type) -> assertEquals(type, property(name).type(), name));
        assertEquals(PropertyType.SERVICE, property("members").element());
        assertEquals(PropertyType.STRING, property("words").element());
        assertEquals(65535, property("port").max());
        assertEquals(
                "One after the other",
                property("load-balancing-mode").choices().get(0).help());
        assertEquals(KIND.property("disabled"), KIND.property("enabled"));
        assertTrue(KIND.property("round-robin").isEmpty());
        assertTrue(property("odd_name").required()
                && property("odd_name").immutable()
                && property("odd_name").readOnly());
        assertEquals(
                "ratio", property("members").property("ratio").orElseThrow().name());
    }

    @Test
    void defaultsAreInTheFormThatTheTreeStores() {
        assertEquals(List.of("a", "b"), property("words").initialValue());
        assertEquals(Map.of(), property("members").initialValue());
        assertEquals(Map.of("type", "none"), property("translation").initialValue());
        assertNull(property("other").initialValue());
        assertEquals(
                Map.of("m:1", Map.of("ratio", "1", "description", "x")),
                property("members").complete(Map.of("m:1", Map.of("description", "x"))));
    }

    @Test
    void aRecordIsMadeOfResolvedValues() {
        Pool pool = Kinds.read(
                Pool.class,
                Map.of(
                        "load-balancing-mode", "least-connections",
                        "members", Map.of("10.0.0.1:80", Map.of("ratio", "7")),
                        "words", List.of("x"),
                        "translation", Map.of("type", "snat"),
                        "enabled", "enabled",
                        "address", "10.0.0.1",
                        "destination", "10.0.0.1:80",
                        "limit", "9000000000",
                        "odd_name", "y"));
        assertEquals(Mode.LEAST_CONNECTIONS, pool.loadBalancingMode());
        assertEquals(Map.of("10.0.0.1:80", new Member(7, null)), pool.members());
        assertEquals(List.of("x"), pool.words());
        assertEquals("snat", pool.translation().type());
        assertTrue(pool.enabled());
        assertEquals("10.0.0.1", pool.address().getHostAddress());
        assertEquals(80, pool.destination().getPort());
        assertEquals(9_000_000_000L, pool.limit());
        assertEquals(0, pool.port());
        assertNull(pool.other());
        assertEquals("y", pool.renamed());
        assertFalse(Kinds.read(Pool.class, Map.of("enabled", "disabled")).enabled());
    }

    @Test
    void valuesOfAnotherTypeAreRefused() {
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("load-balancing-mode", "best"),
                Map.of("limit", "many"),
                Map.of("address", "web"),
                Map.of("destination", "10.0.0.1"))) {
            assertThrows(IllegalArgumentException.class, () -> Kinds.read(Pool.class, wrong), wrong.toString());
        }
    }

    @Test
    void faultyDeclarationsAreRefused() {
        record NoKind(@Property(help = "x") String x) {}
        @Kind(value = "a", title = "a", help = "a")
        record NoProperty(String x) {}
        @Kind(value = "a", title = "a", help = "a")
        record WrongType(@Property(help = "x") StringBuilder x) {}
        for (Class<? extends Record> type : List.of(NoKind.class, NoProperty.class, WrongType.class)) {
            assertThrows(IllegalArgumentException.class, () -> Kinds.describe(type));
        }
    }

    @Test
    void expectationsSayWhatWouldBeRight() {
        assertEquals(
                "one of: round-robin, least-connections",
                property("load-balancing-mode").expectation());
        assertEquals("the name of a ltm pool", property("other").expectation());
        assertTrue(property("limit").expectation().endsWith("(bytes)"));
        assertEquals("a list in braces of text", property("words").expectation());
        assertTrue(property("members").expectation().startsWith("entries in braces, each named by a node's name"));
        for (PropertyDescriptor property : KIND.properties()) {
            assertFalse(property.expectation().isBlank());
        }
    }

    @Test
    void aReferenceToAFamilyOfKindsMatchesAll() {
        assertTrue(KIND.matches(List.of("ltm pool")));
        assertTrue(KIND.matches(List.of("x", "ltm")));
        assertFalse(KIND.matches(List.of("ltm po")));
        assertFalse(KIND.matches(List.of()));
    }
}
