package org.ferrule.isession.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ferrule.config.Assign;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Configuration;
import org.ferrule.config.Edit;
import org.ferrule.config.kind.KindDescriptor;

/** The configuration over a rig: makes objects of scalar properties, and nothing else. */
final class Transactions implements Configuration {
    private final ServiceRig rig;

    final List<List<Edit>> committed = new ArrayList<>();
    /** Why nothing is committed; "" if it is. */
    String refusal = "";

    Transactions(ServiceRig rig) {
        this.rig = rig;
    }

    @Override
    public ConfigTree commit(List<Edit> edits) throws ConfigException {
        committed.add(edits);
        if (!refusal.isEmpty()) {
            throw new ConfigException(refusal);
        }
        ConfigTree next = rig.tree;
        for (Edit edit : edits) {
            Map<String, Object> properties = new HashMap<>();
            for (Assign assign : ((Edit.Create) edit).assigns()) {
                properties.put(assign.property(), ((Assign.Value) assign).value());
            }
            next = next.with(ServiceRig.object(edit.id().kind(), edit.id().name(), properties));
        }
        rig.commit(next);
        return next;
    }

    @Override
    public ConfigTree running() {
        return rig.tree;
    }

    @Override
    public Collection<KindDescriptor> kinds() {
        return List.of();
    }

    @Override
    public boolean available(String kind) {
        return true;
    }

    @Override
    public List<Path> save() {
        throw new AssertionError("what else was changed is not for discovery to save");
    }

    @Override
    public boolean saved() {
        return true;
    }

    @Override
    public ConfigTree load() {
        throw new AssertionError("nobody loads");
    }

    @Override
    public ConfigTree load(String text, String source, boolean merge, boolean verify) {
        throw new AssertionError("nobody loads");
    }

    @Override
    public List<String> notices() {
        return List.of();
    }
}
