package org.ferrule.config.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Draft;
import org.ferrule.config.Reservation;

/** A module whose behaviour a test sets, and which notes what it was asked. */
final class FakeModule implements ConfigModule {
    private final String name;
    private final String shipped;
    private final List<Class<? extends Record>> kinds;

    final List<ConfigTree> reconciled = new ArrayList<>();
    int opened;
    int closed;
    Completing completing = draft -> {};
    Preparing preparing = (running, proposed) -> {};
    Function<ConfigTree, Set<String>> needing = tree -> Set.of();
    Consumer<ConfigTree> reconciling = tree -> {};
    BiFunction<Integer, Map<String, Object>, Map<String, Object>> migrating = (schema, properties) -> properties;

    @FunctionalInterface
    interface Completing {
        void complete(Draft draft) throws ConfigException;
    }

    @FunctionalInterface
    interface Preparing {
        void prepare(ConfigTree running, ConfigTree proposed) throws ConfigException;
    }

    @SafeVarargs
    FakeModule(String name, String shipped, Class<? extends Record>... kinds) {
        this.name = name;
        this.shipped = shipped;
        List<Class<? extends Record>> all = new ArrayList<>();
        for (Class<? extends Record> kind : kinds) {
            all.add(kind);
        }
        this.kinds = all;
    }

    @Override
    public String module() {
        return name;
    }

    @Override
    public List<Class<? extends Record>> kinds() {
        return kinds;
    }

    @Override
    public String shipped() {
        return shipped;
    }

    @Override
    public void complete(Draft draft) throws ConfigException {
        completing.complete(draft);
    }

    @Override
    public Reservation prepare(ConfigTree running, ConfigTree proposed) throws ConfigException {
        preparing.prepare(running, proposed);
        opened++;
        return () -> closed++;
    }

    @Override
    public Set<String> capabilities(ConfigTree tree) {
        return needing.apply(tree);
    }

    @Override
    public void reconcile(ConfigTree tree) {
        reconciled.add(tree);
        reconciling.accept(tree);
    }

    @Override
    public Map<String, Object> migrate(String kind, int fromSchema, Map<String, Object> properties) {
        return migrating.apply(fromSchema, properties);
    }

    ConfigTree last() {
        return reconciled.get(reconciled.size() - 1);
    }
}
