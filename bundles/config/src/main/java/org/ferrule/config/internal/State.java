package org.ferrule.config.internal;

import java.util.List;
import java.util.Set;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.ObjectId;

/**
 * All that the configuration is at one moment.
 *
 * @param catalog what is known of modules
 * @param tree what runs
 * @param unread objects of kinds that nobody knows yet, kept as text
 * @param incomplete objects of a file that was edited by hand, which their modules have not seen yet: a secret in it may
 *     have to be sealed
 * @param byHand whether what is unread comes from such a file
 */
record State(Catalog catalog, ConfigTree tree, List<Stanza> unread, Set<ObjectId> incomplete, boolean byHand) {
    State withTree(ConfigTree next) {
        return new State(catalog, next, unread, incomplete, byHand);
    }
}
