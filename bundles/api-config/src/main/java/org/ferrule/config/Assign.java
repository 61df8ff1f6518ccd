package org.ferrule.config;

import java.util.List;
import java.util.Map;

/** One thing that a {@code create} or {@code modify} says of a property. */
public sealed interface Assign {
    /** The property's name. */
    String property();

    /** What is done with a list or with named entries. */
    enum Operator {
        ADD,
        DELETE,
        MODIFY,
        REPLACE_ALL_WITH
    }

    /** {@code load-balancing-mode round-robin}: a scalar in its canonical spelling. */
    record Value(String property, String value) implements Assign {}

    /** {@code vlans add { isession }}: words of a list; {@link Operator#MODIFY} does not apply. */
    record Words(String property, Operator operator, List<String> words) implements Assign {}

    /** {@code members modify { 10.0.0.1:80 { ratio 2 } }}; the lists are empty for {@link Operator#DELETE}. */
    record Entries(String property, Operator operator, Map<String, List<Assign>> entries) implements Assign {}

    /** {@code source-address-translation { type automap }}: some properties of a group; the others stay. */
    record Group(String property, List<Assign> assigns) implements Assign {}

    /** {@code members none} or {@code description none}: back to what is inherited, or to nothing for a list. */
    record None(String property) implements Assign {}
}
