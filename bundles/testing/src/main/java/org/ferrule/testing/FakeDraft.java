package org.ferrule.testing;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Draft;
import org.ferrule.config.ObjectId;

/** A transaction of a test, which one module goes through as it does on the appliance. */
public final class FakeDraft implements Draft {
    private final ConfigTree before;
    private final Set<ObjectId> changed = new HashSet<>();
    private ConfigTree now;

    /** One that has changed nothing yet. */
    public FakeDraft(ConfigTree before) {
        this.before = before;
        this.now = before;
    }

    /**
     * Has the module complete it, prepare for it and follow it.
     *
     * @return the tree that runs now
     */
    public ConfigTree commit(ConfigModule module) throws ConfigException {
        module.complete(this);
        module.prepare(before, now).close();
        module.reconcile(now);
        return now;
    }

    @Override
    public ConfigTree before() {
        return before;
    }

    @Override
    public ConfigTree now() {
        return now;
    }

    @Override
    public Set<ObjectId> changed() {
        return changed;
    }

    @Override
    public void put(ObjectId id, Map<String, Object> properties) {
        now = now.with(new ConfigObject(id, 1, properties));
        changed.add(id);
    }

    @Override
    public void remove(ObjectId id) {
        now = now.without(id);
        changed.add(id);
    }
}
