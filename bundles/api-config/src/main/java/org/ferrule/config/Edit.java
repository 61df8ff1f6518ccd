package org.ferrule.config;

import java.util.List;

/** One command of a transaction. */
public sealed interface Edit {
    /** The object it is about. */
    ObjectId id();

    /** Makes an object that must not exist yet. */
    record Create(ObjectId id, List<Assign> assigns) implements Edit {}

    /** Changes an object that must exist. */
    record Modify(ObjectId id, List<Assign> assigns) implements Edit {}

    /** Removes an object that must exist, that nobody refers to, and that was not shipped. */
    record Delete(ObjectId id) implements Edit {}
}
