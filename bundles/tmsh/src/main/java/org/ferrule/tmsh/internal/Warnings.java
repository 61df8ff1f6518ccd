package org.ferrule.tmsh.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.ferrule.config.Assign;
import org.ferrule.config.Edit;

/** What a user should know of a change that was made: it set values that mean nothing now, though they may later. */
final class Warnings {
    private Warnings() {}

    /** One line for each property that has such values. */
    static List<String> of(Edit edit, Services services) {
        List<String> warnings = new ArrayList<>();
        for (Assign assign : assigns(edit)) {
            services.values(edit.id().kind(), assign.property()).ifPresent(live -> {
                Set<String> known = live.values().keySet();
                List<String> unknown = given(assign).stream()
                        .filter(value -> !live.known(value))
                        .map(value -> "\"" + value + "\"")
                        .toList();
                if (!unknown.isEmpty()) {
                    warnings.add(assign.property() + ": no " + live.title() + " " + String.join(" or ", unknown)
                            + " is installed; "
                            + (known.isEmpty() ? "none is" : "installed are " + String.join(", ", known)));
                }
            });
        }
        return warnings;
    }

    private static List<Assign> assigns(Edit edit) {
        if (edit instanceof Edit.Create create) {
            return create.assigns();
        }
        return edit instanceof Edit.Modify modify ? modify.assigns() : List.of();
    }

    /** The values that are set or added. */
    private static List<String> given(Assign assign) {
        if (assign instanceof Assign.Value value) {
            return List.of(value.value());
        }
        if (assign instanceof Assign.Entries entries) {
            return entries.operator() == Assign.Operator.DELETE
                    ? List.of()
                    : List.copyOf(entries.entries().keySet());
        }
        boolean words = assign instanceof Assign.Words w && w.operator() != Assign.Operator.DELETE;
        return words ? ((Assign.Words) assign).words() : List.of();
    }
}
