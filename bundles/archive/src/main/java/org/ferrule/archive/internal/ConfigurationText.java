package org.ferrule.archive.internal;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Values;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.kind.PropertyDescriptor;
import org.ferrule.config.kind.PropertyType;
import org.ferrule.config.text.Words;
import org.ferrule.config.text.Words.Word;

/** The text of a configuration, and the words in it that are secrets. */
final class ConfigurationText {
    private ConfigurationText() {}

    /** Changes words of a text. */
    @FunctionalInterface
    interface Change<E extends Exception> {
        /** The word that comes in place of this one; the same to leave it. */
        String of(String word) throws E;
    }

    /** The text with its secrets as they are put into an archive. */
    static String archived(String text, Set<String> secrets, SecretForm form) throws ConfigException {
        return changed(text, word -> secrets.contains(word) ? string(form.archived(bytes(word))) : word);
    }

    /** The text with its secrets as the appliance keeps them. */
    static String restored(String text, SecretForm form) throws ConfigException {
        return changed(text, word -> SecretForm.marked(bytes(word)) ? string(form.restored(bytes(word))) : word);
    }

    /** The text with some of its words changed, and nothing else. */
    static <E extends Exception> String changed(String text, Change<E> change) throws E {
        StringBuilder changed = new StringBuilder();
        int at = 0;
        for (Word word : Words.split(text).words()) {
            String becomes = change.of(word.text());
            if (!becomes.equals(word.text())) {
                changed.append(text, at, word.start()).append(Words.quote(becomes));
                at = word.end();
            }
        }
        return changed.append(text.substring(at)).toString();
    }

    /** All that is secret in a tree. */
    static Set<String> secrets(ConfigTree tree, Function<String, Optional<KindDescriptor>> kinds) {
        Set<String> secrets = new HashSet<>();
        for (ConfigObject object : tree.own().values()) {
            Optional<KindDescriptor> kind = kinds.apply(object.id().kind());
            kind.ifPresent(known -> collect(known.properties(), object.properties(), secrets));
        }
        secrets.removeAll(Set.of("", "none"));
        return secrets;
    }

    private static void collect(List<PropertyDescriptor> properties, Map<String, Object> values, Set<String> into) {
        for (PropertyDescriptor property : properties) {
            Object value = values.get(property.name());
            if (value == null) {
                continue;
            }
            switch (property.type()) {
                case SECRET -> into.add(value.toString());
                case GROUP -> collect(property.properties(), Values.map(value), into);
                case ENTRIES ->
                    Values.entries(value).values().forEach(entry -> collect(property.properties(), entry, into));
                case LIST -> {
                    if (property.element() == PropertyType.SECRET) {
                        into.addAll(Values.words(value));
                    }
                }
                default -> {}
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String string(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
