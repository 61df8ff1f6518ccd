package org.ferrule.config.internal;

import java.util.ArrayList;
import java.util.List;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.KindDescriptor;

/** Says in a message what there is where something else was asked for. */
final class Existing {
    private static final int MOST = 8;

    private Existing() {}

    /** "There are: web, mail." */
    static String hint(ConfigTree tree, List<KindDescriptor> kinds) {
        List<String> names = new ArrayList<>();
        for (KindDescriptor kind : kinds) {
            for (ObjectId id : tree.ids(kind.name())) {
                names.add(id.name());
            }
        }
        if (names.isEmpty()) {
            return "There is none yet.";
        }
        String more = names.size() > MOST ? " and " + (names.size() - MOST) + " more" : "";
        return "There are: " + String.join(", ", names.subList(0, Math.min(MOST, names.size()))) + more + ".";
    }
}
