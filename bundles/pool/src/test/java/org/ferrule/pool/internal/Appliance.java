package org.ferrule.pool.internal;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Draft;
import org.ferrule.config.ObjectId;
import org.ferrule.traffic.Pools;

/** The pool module under a configuration in memory: transactions go through it as they do on the appliance. */
final class Appliance {
    static final String POOL = "/Common/web";

    final PoolService service = new PoolService();
    ConfigTree running = ConfigTree.EMPTY;

    /** Puts or replaces one object. */
    void put(String kind, String name, Map<String, Object> properties) throws ConfigException {
        Work work = new Work(running);
        work.put(new ObjectId(kind, name), properties);
        finish(work);
    }

    void remove(String kind, String name) throws ConfigException {
        Work work = new Work(running);
        work.remove(new ObjectId(kind, name));
        finish(work);
    }

    /** Puts the pool {@link #POOL}: pairs of a member and its settings. */
    void pool(String mode, String monitor, Object... members) throws ConfigException {
        Map<String, Object> entries = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            entries.put((String) members[i], members[i + 1]);
        }
        put("ltm pool", POOL, Map.of("load-balancing-mode", mode, "monitor", monitor, "members", entries));
    }

    private void finish(Work work) throws ConfigException {
        service.complete(work);
        service.prepare(running, work.now).close();
        running = work.now;
        service.reconcile(running);
    }

    Pools.Selection select(String... tried) {
        return service.select(POOL, Set.of(tried)).orElseThrow();
    }

    /** Opens a connection to the member that is chosen. */
    Pools.Selection open() {
        Pools.Selection selection = select();
        selection.connected();
        return selection;
    }

    /** The last number of each address that is chosen in so many turns. */
    String chosen(int turns) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < turns; i++) {
            all.append(select().address().getAddress().getAddress()[3]);
        }
        return all.toString();
    }

    boolean nothing() {
        return service.select(POOL, Set.of()).isEmpty();
    }

    private static final class Work implements Draft {
        private final ConfigTree before;
        private final Set<ObjectId> changed = new HashSet<>();
        private ConfigTree now;

        Work(ConfigTree before) {
            this.before = before;
            now = before;
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
}
