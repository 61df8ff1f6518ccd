package org.ferrule.config.internal;

import java.util.Locale;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.kind.PropertyDescriptor;

/**
 * Where in the configuration something is wrong, as messages name it.
 *
 * @param title what it is: {@code Pool}, {@code Pool Member}
 * @param name which one: {@code /Common/p}, {@code /Common/p 10.0.0.1:80}
 * @param path the group within it, with a space behind, or ""
 */
record Place(String title, String name, String path) {
    static Place of(KindDescriptor kind, ObjectId id) {
        return new Place(kind.title(), id.name(), "");
    }

    /** One of the named entries of a property. */
    Place entry(PropertyDescriptor property, String key) {
        return new Place(title + " " + singular(property.name()), name.isEmpty() ? key : name + " " + key, path);
    }

    /** A group of properties. */
    Place group(PropertyDescriptor property) {
        return new Place(title, name, path + property.name() + " ");
    }

    /** "Configuration error: Pool (/Common/p): property …" */
    ConfigException invalid(PropertyDescriptor property, String problem) {
        return invalid("property " + path + property.name() + " " + problem);
    }

    ConfigException invalid(String problem) {
        return ConfigException.invalid(this + ": " + problem);
    }

    ConfigException notFound(String hint) {
        return ConfigException.notFound(title, name, hint);
    }

    ConfigException exists() {
        return ConfigException.exists(title, name);
    }

    /** {@code members} is {@code Member}, {@code proxies} is {@code Proxy}, {@code addresses} is {@code Address}. */
    private static String singular(String plural) {
        String word = plural;
        if (plural.endsWith("ies")) {
            word = plural.substring(0, plural.length() - 3) + "y";
        } else if (plural.endsWith("sses")) {
            word = plural.substring(0, plural.length() - 2);
        } else if (plural.endsWith("s")) {
            word = plural.substring(0, plural.length() - 1);
        }
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1).replace('-', ' ');
    }

    @Override
    public String toString() {
        return name.isEmpty() ? title : title + " (" + name + ")";
    }
}
