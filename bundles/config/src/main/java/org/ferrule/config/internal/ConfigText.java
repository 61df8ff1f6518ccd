package org.ferrule.config.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Edit;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.KindDescriptor;

/**
 * Turns a tree's own objects into the text of a configuration file and back. Pure.
 *
 * @param codec writes and reads single objects
 */
record ConfigText(TextCodec codec) {
    /**
     * What a text holds.
     *
     * @param tree with the objects that could be read
     * @param unread the others
     * @param problems why, for those whose kind is known
     * @param ids the objects that were read
     */
    record Content(ConfigTree tree, List<Stanza> unread, List<String> problems, Set<ObjectId> ids) {}

    /** The text of the objects, sorted by kind and name, then what was never read. */
    String write(ConfigTree tree, List<Stanza> unread, Catalog catalog) {
        StringBuilder text = new StringBuilder();
        for (ConfigObject object : tree.own().values()) {
            KindDescriptor kind = catalog.archived(object.id().kind(), object.schema())
                    .orElseThrow(
                            () -> new IllegalStateException(object.id() + " is of a kind that was never declared"));
            text.append(Stanza.marked(object.schema(), codec.write(kind, object)));
        }
        unread.forEach(stanza -> text.append(stanza.written()));
        return text.toString();
    }

    /**
     * Reads a text strictly: laid over what the tree has.
     *
     * @throws ConfigException for the first thing that is wrong, with its line
     */
    Content read(ConfigTree over, String text, String source, Catalog catalog, Origin origin) throws ConfigException {
        return read(over, text, Stanza.split(text), source, catalog, origin);
    }

    /**
     * Reads a text as far as possible: objects of kinds that nobody knows stay unread, and if the text was sealed those
     * too that cannot be accepted as the kind is declared now.
     */
    Content readAll(ConfigTree over, String text, String source, Catalog catalog, boolean sealed)
            throws ConfigException {
        List<Stanza> unread = new ArrayList<>();
        List<Stanza> known = new ArrayList<>();
        for (Stanza stanza : Stanza.split(text)) {
            boolean readable = stanza.isOfKnownKind(kind -> catalog.kind(kind).isPresent());
            (readable ? known : unread).add(stanza);
        }
        boolean unknown = !unread.isEmpty() && !catalog.modules().isEmpty();
        if (unknown && !sealed) {
            Stanza first = unread.get(0);
            throw new ConfigException(source + ", line " + first.line() + ": there is no kind \""
                    + String.join(" ", first.head()) + "\"");
        }
        Origin origin = sealed ? Origin.SEALED : Origin.TEXT;
        try {
            Content content = read(over, text, known, source, catalog, origin);
            return new Content(content.tree(), List.copyOf(unread), List.of(), content.ids());
        } catch (ConfigException e) {
            if (!sealed) {
                throw e;
            }
            return singly(
                    over,
                    known,
                    unread,
                    (tree, stanza) -> read(tree, text, List.of(stanza), source, catalog, Origin.SEALED));
        }
    }

    /** Tries again what was not read before. */
    Content readAgain(ConfigTree over, List<Stanza> unread, String source, Catalog catalog) {
        return singly(over, unread, List.of(), (tree, stanza) -> {
            if (!stanza.isOfKnownKind(kind -> catalog.kind(kind).isPresent())) {
                return new Content(tree, List.of(stanza), List.of(), Set.of());
            }
            Stanza alone = new Stanza(stanza.text(), 0, 1, stanza.schema(), stanza.head());
            return read(tree, stanza.text(), List.of(alone), source, catalog, Origin.SEALED);
        });
    }

    /** Reads one stanza over a tree. */
    @FunctionalInterface
    private interface One {
        Content read(ConfigTree over, Stanza stanza) throws ConfigException;
    }

    /** Reads one after the other, so that a bad one costs itself alone. */
    private static Content singly(ConfigTree over, List<Stanza> stanzas, List<Stanza> unread, One reader) {
        ConfigTree tree = over;
        List<Stanza> left = new ArrayList<>(unread);
        List<String> problems = new ArrayList<>();
        Set<ObjectId> ids = new HashSet<>();
        for (Stanza stanza : stanzas) {
            try {
                Content one = reader.read(tree, stanza);
                tree = one.tree();
                left.addAll(one.unread());
                ids.addAll(one.ids());
            } catch (ConfigException e) {
                left.add(stanza);
                problems.add(e.getMessage());
            }
        }
        return new Content(tree, List.copyOf(left), List.copyOf(problems), Set.copyOf(ids));
    }

    private Content read(
            ConfigTree over, String text, List<Stanza> stanzas, String source, Catalog catalog, Origin origin)
            throws ConfigException {
        Map<Integer, List<Stanza>> bySchema = new TreeMap<>();
        stanzas.forEach(s -> bySchema.computeIfAbsent(s.schema(), schema -> new ArrayList<>())
                .add(s));
        if (bySchema.isEmpty()) {
            bySchema.put(0, List.of());
        }
        ConfigTree tree = over;
        Set<ObjectId> ids = new HashSet<>();
        for (Map.Entry<Integer, List<Stanza>> group : bySchema.entrySet()) {
            int schema = group.getKey();
            String part = Stanza.only(text, group.getValue());
            List<Edit.Create> creates = codec.parse(part, source, kind -> declared(catalog, kind, schema));
            tree = lay(tree, creates, source, catalog, schema, origin, ids);
        }
        return new Content(tree, List.of(), List.of(), Set.copyOf(ids));
    }

    private static Optional<KindDescriptor> declared(Catalog catalog, String kind, int schema) {
        Optional<KindDescriptor> now = catalog.kind(kind);
        if (now.isEmpty() || schema == 0 || now.get().schema() == schema) {
            return now.flatMap(k -> catalog.archived(kind, k.schema()));
        }
        return catalog.archived(kind, schema).or(() -> now);
    }

    private static ConfigTree lay(
            ConfigTree over,
            List<Edit.Create> creates,
            String source,
            Catalog catalog,
            int schema,
            Origin origin,
            Set<ObjectId> ids)
            throws ConfigException {
        Editor editor = new Editor(
                kind -> declared(catalog, kind, schema)
                        .orElseThrow(() -> new ConfigException(source + ": there is no kind \"" + kind + "\"")),
                kind -> false,
                kind -> catalog.owner(kind).orElse("?"),
                origin);
        List<Edit> edits = new ArrayList<>();
        for (Edit.Create create : creates) {
            if (!ids.add(create.id())) {
                throw new ConfigException(source + ": " + create.id() + " stands there twice");
            }
            boolean there = over.get(create.id()).isPresent();
            edits.add(there ? new Edit.Modify(create.id(), create.assigns()) : create);
        }
        return editor.apply(over, edits);
    }
}
