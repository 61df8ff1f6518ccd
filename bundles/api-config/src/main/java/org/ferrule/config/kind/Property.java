package org.ferrule.config.kind;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Describes a property of a kind. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Property {
    /** One line of help. */
    String help();

    /** The default, as it would be typed; words of a list are parted by spaces. Empty: there is none. */
    String initial() default "";

    /** The property's type where the Java type leaves a choice; of a list or of entries, the type of word or key. */
    PropertyType type() default PropertyType.STRING;

    /** The name where it is not the component's. */
    String name() default "";

    /** The unit of a number: {@code seconds}, {@code bytes}. */
    String unit() default "";

    /** The least number. */
    long min() default 0;

    /** The greatest number. */
    long max() default Integer.MAX_VALUE;

    /** The kinds that a reference may name; {@code ltm profile} stands for all that begin with it. */
    String[] references() default {};

    /** Whether {@code create} must set it. */
    boolean required() default false;

    /** Whether it can be set by {@code create} only. */
    boolean immutable() default false;

    /** Whether people cannot set it at all; modules do. */
    boolean readOnly() default false;
}
