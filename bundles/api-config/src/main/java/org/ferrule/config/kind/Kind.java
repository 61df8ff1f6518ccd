package org.ferrule.config.kind;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a kind of configuration object. Each component of the record is a property: {@code loadBalancingMode} is typed
 * {@code load-balancing-mode}.
 *
 * <p>A component's Java type gives the property's type, {@link Property#type} makes it narrower: {@code String}, {@code
 * int}, {@code long}, {@code boolean} (enabled, disabled), an enum (its constants in lower case with hyphens), {@code
 * InetAddress}, {@code InetSocketAddress}, {@code List<String>}, {@code Map<String, R>} (named entries, in their order)
 * and {@code R} (a group), where R is a record of such components. A component whose property has no value is null.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Kind {
    /** The kind as typed: {@code ltm pool}. */
    String value();

    /** The kind as messages name it: {@code Pool}. */
    String title();

    /** One line of help. */
    String help();

    /** Whether there is exactly one object of the kind, which has no name. */
    boolean singleton() default false;

    /** The version of this declaration, for {@link org.ferrule.config.ConfigModule#migrate}. */
    int schema() default 1;
}
