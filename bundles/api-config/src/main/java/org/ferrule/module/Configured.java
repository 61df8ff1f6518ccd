package org.ferrule.module;

/**
 * A service that is of use only when its module has seen the configuration: until then a version that has just been started
 * beside an older one is not chosen ({@link Providers#best()}). Any thread; fit for an event loop.
 */
public interface Configured {
    /** Whether the module has seen the configuration; once it has, it stays so. */
    boolean configured();
}
