package org.ferrule.config.internal;

import static org.ferrule.config.internal.Fixtures.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.ferrule.config.Assign;
import org.ferrule.config.Assign.Operator;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Edit;
import org.ferrule.config.ObjectId;
import org.ferrule.config.internal.ConfigText.Content;

class RoundTripTest {
    private static final Catalog CATALOG = catalog();
    private static final ConfigTree SHIPPED = ConfigTree.of(CATALOG.shipped(), List.of());
    private static final Editor EDITOR = new Editor(
            kind -> CATALOG.kind(kind).orElseThrow(() -> new ConfigException("no kind " + kind)),
            kind -> false,
            kind -> "x",
            Origin.COMMAND);

    @Property(tries = 300)
    void whatIsWrittenIsRead(@ForAll("edits") List<Edit> edits) throws Exception {
        ConfigTree tree = after(edits);
        byte[] file = Sealed.write(TEXT.write(tree, List.of(), CATALOG));
        Sealed sealed = Sealed.read(file);
        assertTrue(sealed.intact());
        Content content = TEXT.readAll(SHIPPED, sealed.text(), "file", CATALOG, true);
        assertEquals(List.of(), content.problems());
        assertEquals(tree, content.tree());
        assertEquals(List.of(), List.copyOf(WorkingDraft.differing(tree, content.tree())), "the order of entries too");
        assertEquals(
                new String(file, StandardCharsets.UTF_8),
                new String(Sealed.write(TEXT.write(content.tree(), List.of(), CATALOG)), StandardCharsets.UTF_8));
    }

    @Property(tries = 300)
    void whatNobodyKnowsIsWrittenAsItWasRead(@ForAll("edits") List<Edit> edits) throws Exception {
        ConfigTree tree = after(edits);
        String text = new Sealed(TEXT.write(tree, List.of(), CATALOG), true).text();
        Content unknown = TEXT.readAll(ConfigTree.EMPTY, Sealed.VERSION_LINE + "\n" + text, "f", Catalog.EMPTY, true);
        assertEquals(tree.own().size(), unknown.unread().size());
        assertEquals(text, TEXT.write(ConfigTree.EMPTY, unknown.unread(), Catalog.EMPTY));
        assertEquals(
                tree, TEXT.readAgain(SHIPPED, unknown.unread(), "f", CATALOG).tree());
    }

    @Property(tries = 300)
    void theCatalogIsReadAsItIsWritten(@ForAll("edits") List<Edit> edits) throws Exception {
        Catalog catalog = CATALOG.with(new Catalog.Contribution(
                "other", List.of(), List.copyOf(after(edits).own().values())));
        assertEquals(catalog, CatalogJson.read(CatalogJson.write(catalog)));
    }

    @Property(tries = 300)
    void anObjectOverAShippedOneHoldsOnlyDifferences(@ForAll("edits") List<Edit> edits) {
        after(edits).own().forEach((id, object) -> {
            var shipped = SHIPPED.shipped().get(id);
            if (shipped != null) {
                assertTrue(!object.properties().isEmpty());
                object.properties()
                        .forEach((name, value) -> assertTrue(
                                !Same.values(value, shipped.properties().get(name))));
            }
        });
    }

    @Property(tries = 300)
    void undoingWhatWasAddedGivesTheTreeBefore(@ForAll("edits") List<Edit> edits) throws ConfigException {
        ConfigTree tree = after(edits);
        ObjectId id = pool("undone");
        ConfigTree made = EDITOR.apply(tree, List.of(create(id, members(Operator.ADD, "10.9.9.9:1"))));
        ConfigTree more = EDITOR.apply(made, List.of(modify(id, members(Operator.ADD, "10.9.9.9:2"))));
        assertEquals(made, EDITOR.apply(more, List.of(modify(id, members(Operator.DELETE, "10.9.9.9:2")))));
        assertEquals(tree, EDITOR.apply(more, List.of(delete(id))));
    }

    private static ConfigTree after(List<Edit> edits) {
        ConfigTree tree = SHIPPED;
        for (Edit edit : edits) {
            try {
                tree = EDITOR.apply(tree, List.of(edit));
            } catch (ConfigException refused) {
                assertTrue(refused.getMessage().length() > 20);
            }
        }
        return tree;
    }

    @Provide
    Arbitrary<List<Edit>> edits() {
        return edit().list().ofMaxSize(12);
    }

    private static Arbitrary<Edit> edit() {
        Arbitrary<String> names = Arbitraries.of("a", "b", "10.0.0.1", "ä b", "x%1");
        Arbitrary<Edit> pools = Combinators.combine(
                        names, poolAssigns().list().ofMaxSize(4), Arbitraries.of(0, 0, 1, 1, 2))
                .as((name, assigns, what) -> edit(pool(name), assigns, what));
        Arbitrary<Edit> monitors = Combinators.combine(
                        Arbitraries.of("a", "b", "http", "https"),
                        monitorAssigns().list().ofMaxSize(4),
                        Arbitraries.of(0, 1, 1, 2))
                .as((name, assigns, what) -> edit(monitor(name), assigns, what));
        Arbitrary<Edit> virtuals = Combinators.combine(names, texts())
                .as((name, text) -> create(
                        virtual(name),
                        set("destination", "2001:db8::1.80"),
                        new Assign.Group("source-address-translation", List.of(set("type", text)))));
        Arbitrary<Edit> endpoint = Arbitraries.integers()
                .between(440, 445)
                .map(port -> modify(ENDPOINT, set("tunnel-port", port.toString())));
        return Arbitraries.oneOf(pools, monitors, virtuals, endpoint);
    }

    private static Edit edit(ObjectId id, List<Assign> assigns, int what) {
        return switch (what) {
            case 0 -> new Edit.Create(id, assigns);
            case 1 -> new Edit.Modify(id, assigns);
            default -> new Edit.Delete(id);
        };
    }

    private static Arbitrary<Assign> poolAssigns() {
        Arbitrary<Assign> members = Combinators.combine(
                        Arbitraries.of(Operator.values()),
                        Arbitraries.of("10.0.0.1:80", "web:0", "2001:db8::1.80")
                                .list()
                                .uniqueElements(),
                        texts())
                .as((operator, keys, text) -> {
                    Map<String, List<Assign>> entries = new LinkedHashMap<>();
                    keys.forEach(key -> entries.put(key, new ArrayList<>(List.of(set("description", text)))));
                    return entries("members", operator, entries);
                });
        return Arbitraries.oneOf(
                texts().map(text -> set("description", text)),
                Arbitraries.of("/Common/http", "/Common/a and /Common/b", "min 1 of { /Common/a /Common/b }", "none")
                        .map(rule -> set("monitor", rule)),
                Arbitraries.of("description", "monitor", "members").map(Fixtures::none),
                members);
    }

    private static Arbitrary<Assign> monitorAssigns() {
        return Arbitraries.oneOf(
                Arbitraries.integers().between(0, 9).map(n -> set("interval", n.toString())),
                Arbitraries.of("/Common/a", "/Common/b", "/Common/http", "none").map(n -> set("defaults-from", n)),
                Arbitraries.of("words", "interval", "send", "defaults-from").map(Fixtures::none),
                Combinators.combine(
                                Arbitraries.of(Operator.values()),
                                texts().list().ofMaxSize(3))
                        .as((operator, texts) -> words("words", operator, texts.toArray(String[]::new))),
                texts().map(text -> set("send", text)));
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                        "",
                        "none",
                        "{",
                        "}",
                        "\"",
                        "\\",
                        "#x",
                        "a\\\"b",
                        "GET /\\r\\n",
                        "x\n}\nltm pool y {",
                        "?",
                        ";"),
                Arbitraries.strings().ofMaxLength(12).filter(text -> text.indexOf('\0') < 0 && encodable(text)));
    }

    private static boolean encodable(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }
}
