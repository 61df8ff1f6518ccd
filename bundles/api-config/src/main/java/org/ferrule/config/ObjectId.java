package org.ferrule.config;

import java.util.Comparator;
import java.util.Objects;

/**
 * Names one object of the configuration.
 *
 * @param kind its kind, as typed: {@code ltm pool}
 * @param name its full name, such as {@code /Common/web_pool}; empty for a kind of which there is one object only
 */
public record ObjectId(String kind, String name) implements Comparable<ObjectId> {
    /** The folder in which objects live where no other is named. */
    public static final String COMMON = "/Common";

    private static final Comparator<ObjectId> ORDER =
            Comparator.comparing(ObjectId::kind).thenComparing(ObjectId::name);

    public ObjectId {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(name);
    }

    /** The one object of its kind. */
    public static ObjectId singleton(String kind) {
        return new ObjectId(kind, "");
    }

    /** The name in full: {@code web} in {@code /Common} is {@code /Common/web}; a full name stays as it is. */
    public static String fullName(String folder, String name) {
        return name.isEmpty() || name.startsWith("/") ? name : folder + "/" + name;
    }

    /** The name as seen from a folder: without the folder's path where it begins with that. */
    public static String relativeName(String folder, String name) {
        return name.startsWith(folder + "/") ? name.substring(folder.length() + 1) : name;
    }

    /** The last part of the name: {@code web_pool}. */
    public String shortName() {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    @Override
    public int compareTo(ObjectId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return name.isEmpty() ? kind : kind + " " + name;
    }
}
