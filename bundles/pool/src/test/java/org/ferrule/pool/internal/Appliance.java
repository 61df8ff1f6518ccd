package org.ferrule.pool.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.ObjectId;
import org.ferrule.testing.FakeDraft;
import org.ferrule.traffic.Pools;

/** The pool module under a configuration in memory: transactions go through it as they do on the appliance. */
final class Appliance {
    static final String POOL = "/Common/web";

    final PoolService service = new PoolService();
    ConfigTree running = ConfigTree.EMPTY;

    /** Puts or replaces one object. */
    void put(String kind, String name, Map<String, Object> properties) throws ConfigException {
        FakeDraft draft = new FakeDraft(running);
        draft.put(new ObjectId(kind, name), properties);
        running = draft.commit(service);
    }

    void remove(String kind, String name) throws ConfigException {
        FakeDraft draft = new FakeDraft(running);
        draft.remove(new ObjectId(kind, name));
        running = draft.commit(service);
    }

    /** Puts the pool {@link #POOL}: pairs of a member and its settings. */
    void pool(String mode, String monitor, Object... members) throws ConfigException {
        Map<String, Object> entries = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            entries.put((String) members[i], members[i + 1]);
        }
        put("ltm pool", POOL, Map.of("load-balancing-mode", mode, "monitor", monitor, "members", entries));
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
}
