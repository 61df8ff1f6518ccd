package org.ferrule.virtual.internal;

/**
 * A virtual server as it is configured now, with the counts that outlast its configuration.
 *
 * @param plan what it does
 * @param counters what it has done
 */
record VirtualServer(Plan plan, Counters counters) {}
