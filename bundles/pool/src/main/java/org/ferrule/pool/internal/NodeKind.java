package org.ferrule.pool.internal;

import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;
import org.ferrule.config.kind.PropertyType;

/** {@code ltm node}. */
@Kind(value = "ltm node", title = "node", help = "A server's address, shared by the pool members on it")
record NodeKind(
        @Property(help = "Its address; by default its name", type = PropertyType.ADDRESS, immutable = true)
        String address,

        @Property(help = "What the node is") String description,

        @Property(help = "Whether members on it take new connections", initial = "user-enabled")
        PoolKind.Session session,

        @Property(help = "Whether members on it are forced down", initial = "user-up")
        PoolKind.State state) {}
