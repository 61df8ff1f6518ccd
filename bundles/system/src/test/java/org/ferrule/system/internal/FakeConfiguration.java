package org.ferrule.system.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ferrule.config.Assign;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Configuration;
import org.ferrule.config.Draft;
import org.ferrule.config.Edit;
import org.ferrule.config.ObjectId;
import org.ferrule.config.Values;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.kind.Kinds;

/** A configuration of one module, in memory: transactions go through the module as they do on the appliance. */
final class FakeConfiguration implements Configuration {
    final ConfigModule module;
    int saves;
    private ConfigTree running = ConfigTree.of(List.of(new ConfigObject(GlobalSettings.ID, 1, Map.of())), List.of());

    FakeConfiguration(ConfigModule module) {
        this.module = module;
    }

    @Override
    public ConfigTree running() {
        return running;
    }

    @Override
    public Collection<KindDescriptor> kinds() {
        return module.kinds().stream().map(Kinds::describe).toList();
    }

    @Override
    public boolean available(String kind) {
        return true;
    }

    @Override
    public ConfigTree commit(List<Edit> edits) throws ConfigException {
        Work work = new Work(running);
        for (Edit edit : edits) {
            work.apply(edit);
        }
        return finish(work);
    }

    /** Puts objects as a load does. */
    ConfigTree put(ObjectId id, Map<String, Object> properties) throws ConfigException {
        Work work = new Work(running);
        work.put(id, properties);
        return finish(work);
    }

    private ConfigTree finish(Work work) throws ConfigException {
        module.complete(work);
        module.prepare(running, work.now).close();
        running = work.now;
        module.reconcile(running);
        return running;
    }

    @Override
    public List<Path> save() {
        saves++;
        return List.of();
    }

    @Override
    public ConfigTree load() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ConfigTree load(String text, String source, boolean merge, boolean verify) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<String> notices() {
        return List.of();
    }

    static final class Work implements Draft {
        private final ConfigTree before;
        private final Set<ObjectId> changed = new HashSet<>();
        private ConfigTree now;

        Work(ConfigTree before) {
            this.before = before;
            this.now = before;
        }

        void apply(Edit edit) throws ConfigException {
            boolean there = now.get(edit.id()).isPresent();
            if (edit instanceof Edit.Create create) {
                if (there) {
                    throw ConfigException.exists("object", edit.id().name());
                }
                put(edit.id(), assigned(Map.of(), create.assigns()));
            } else if (!there) {
                throw ConfigException.notFound("object", edit.id().name(), "");
            } else if (edit instanceof Edit.Modify modify) {
                Map<String, Object> own = now.own().containsKey(edit.id())
                        ? now.own().get(edit.id()).properties()
                        : Map.of();
                put(edit.id(), assigned(own, modify.assigns()));
            } else {
                remove(edit.id());
            }
        }

        private static Map<String, Object> assigned(Map<String, Object> before, List<Assign> assigns) {
            Map<String, Object> values = new LinkedHashMap<>(before);
            for (Assign assign : assigns) {
                if (assign instanceof Assign.Value value) {
                    values.put(value.property(), value.value());
                } else if (assign instanceof Assign.Words words) {
                    List<String> all = new ArrayList<>(Values.words(values.getOrDefault(words.property(), List.of())));
                    all.addAll(words.words());
                    values.put(words.property(), all);
                } else if (assign instanceof Assign.None none) {
                    values.remove(none.property());
                } else {
                    throw new UnsupportedOperationException(assign.toString());
                }
            }
            return values;
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
