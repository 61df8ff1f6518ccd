package org.ferrule.config.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.internal.Catalog.Contribution;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.kind.Kinds;

/** Learns of a module that arrives what it brings. */
final class Describing {
    private Describing() {}

    /**
     * What the module brings.
     *
     * @throws ConfigException if a kind belongs to another module or the shipped text is wrong
     * @throws RuntimeException whatever the module throws
     */
    static Contribution describe(ConfigModule module, ConfigText text, Catalog known) throws ConfigException {
        String name = Objects.requireNonNull(module.module(), "the module's name");
        List<KindDescriptor> kinds = new ArrayList<>();
        for (Class<? extends Record> type : module.kinds()) {
            KindDescriptor kind = Kinds.describe(type);
            String owner = known.owner(kind.name()).orElse(name);
            if (!owner.equals(name)) {
                throw new ConfigException("the kind " + kind.name() + " belongs to module " + owner);
            }
            kinds.add(kind);
        }
        Catalog alone = Catalog.EMPTY.with(new Contribution(name, kinds, List.of()));
        ConfigTree tree = text.read(ConfigTree.EMPTY, module.shipped(), "shipped by " + name, alone, Origin.SEALED)
                .tree();
        List<ConfigObject> shipped = List.copyOf(tree.own().values());
        return new Contribution(name, kinds, shipped);
    }
}
