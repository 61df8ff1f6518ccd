package org.ferrule.bom;

/**
 * What Maven calls a library.
 *
 * @param group {@code org.apache.felix}
 * @param name {@code org.apache.felix.scr}
 * @param version {@code 2.2.6}
 */
record Coordinates(String group, String name, String version) implements Comparable<Coordinates> {
    /** As it is named in the dependencies of the bill: a package URL. */
    String purl() {
        return "pkg:maven/" + group + "/" + name + "@" + version + "?type=jar";
    }

    @Override
    public int compareTo(Coordinates other) {
        return purl().compareTo(other.purl());
    }

    @Override
    public String toString() {
        return group + ":" + name + ":" + version;
    }
}
