package org.ferrule.system.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.ferrule.testing.FakeDraft;

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
        FakeDraft draft = new FakeDraft(running);
        for (Edit edit : edits) {
            apply(draft, edit);
        }
        return finish(draft);
    }

    /** Puts objects as a load does. */
    ConfigTree put(ObjectId id, Map<String, Object> properties) throws ConfigException {
        FakeDraft draft = new FakeDraft(running);
        draft.put(id, properties);
        return finish(draft);
    }

    private ConfigTree finish(FakeDraft draft) throws ConfigException {
        running = draft.commit(module);
        return running;
    }

    private static void apply(Draft draft, Edit edit) throws ConfigException {
        boolean there = draft.now().get(edit.id()).isPresent();
        if (edit instanceof Edit.Create create) {
            if (there) {
                throw ConfigException.exists("object", edit.id().name());
            }
            draft.put(edit.id(), assigned(Map.of(), create.assigns()));
        } else if (!there) {
            throw ConfigException.notFound("object", edit.id().name(), "");
        } else if (edit instanceof Edit.Modify modify) {
            ConfigObject own = draft.now().own().get(edit.id());
            draft.put(edit.id(), assigned(own == null ? Map.of() : own.properties(), modify.assigns()));
        } else {
            draft.remove(edit.id());
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
    public List<Path> save() {
        saves++;
        return List.of();
    }

    @Override
    public boolean saved() {
        return true;
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
}
