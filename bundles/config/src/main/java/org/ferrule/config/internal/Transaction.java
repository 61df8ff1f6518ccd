package org.ferrule.config.internal;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.ObjectId;
import org.ferrule.config.Reservation;
import org.ferrule.config.kind.KindDescriptor;

/**
 * Takes one change from its edits to the running appliance: completed by modules, checked, prepared by modules, and only
 * then made to count. Used under the configuration's lock.
 *
 * @param catalog the kinds
 * @param modules those that take part
 * @param calls calls them
 */
record Transaction(Catalog catalog, Modules modules, ModuleCalls calls) {
    /**
     * Carries the change out, or refuses it and changes nothing.
     *
     * @param edited the tree after the edits
     * @param touched the objects that were asked for
     * @param accept makes the resulting tree count; null to only check the change
     */
    ConfigTree carryOut(ConfigTree before, ConfigTree edited, Collection<ObjectId> touched, Consumer<ConfigTree> accept)
            throws ConfigException {
        ConfigTree after = complete(before, edited, touched);
        check(before, after);
        List<ConfigModule> all = modules.all();
        List<Reservation> reservations = calls.prepare(all, before, after);
        try {
            if (accept != null) {
                accept.accept(after);
                calls.reconcile(all, after);
            }
            return after;
        } finally {
            ModuleCalls.close(reservations);
        }
    }

    private ConfigTree complete(ConfigTree before, ConfigTree edited, Collection<ObjectId> touched)
            throws ConfigException {
        WorkingDraft draft = new WorkingDraft(catalog, before, edited, touched);
        for (ConfigModule module : modules.newest()) {
            calls.complete(module, draft);
        }
        return draft.now();
    }

    private void check(ConfigTree before, ConfigTree after) throws ConfigException {
        for (ObjectId id : WorkingDraft.differing(before, after)) {
            if (!modules.available(id.kind())) {
                KindDescriptor kind = catalog.kind(id.kind()).orElseThrow();
                throw Editor.notRunning(kind, id, catalog.owner(id.kind()).orElse("?"));
            }
        }
        for (ConfigObject object : after.own().values()) {
            KindDescriptor kind = catalog.kind(object.id().kind()).orElseThrow();
            Inheritance.check(after, kind, object.id());
        }
        new References(catalog).check(before, after);
    }
}
