package org.ferrule.config.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Edit;
import org.ferrule.config.Home;
import org.ferrule.testing.References;
import org.osgi.framework.ServiceReference;

/** An engine on a folder, with modules that come and go on the test's own thread. */
final class Appliance {
    final Home home;
    final Engine engine;
    final Map<String, FakeModule> modules = new LinkedHashMap<>();
    private final Map<ConfigModule, ServiceReference<ConfigModule>> references = new HashMap<>();

    Appliance(Path folder, String boot) throws IOException {
        this(folder, boot, new ModuleCalls(Runnable::run, Duration.ofSeconds(10)));
    }

    Appliance(Path folder, String boot, ModuleCalls calls) throws IOException {
        home = new Home(folder);
        engine = new Engine(new Store(home.config()), Fixtures.TEXT, calls, Duration.ofSeconds(5), boot);
    }

    /** One with all modules of the fixtures. */
    static Appliance whole(Path folder, String boot) throws IOException {
        Appliance appliance = new Appliance(folder, boot);
        appliance.addAll();
        return appliance;
    }

    void addAll() {
        Fixtures.modules().forEach(module -> add(module, "1.0.0"));
    }

    FakeModule add(FakeModule module, String version) {
        modules.put(module.module(), module);
        ServiceReference<ConfigModule> reference = References.reference(version);
        references.put(module, reference);
        engine.expect(reference, module);
        engine.arrive(module);
        return module;
    }

    void remove(FakeModule module) {
        engine.leave(references.remove(module));
        engine.settle();
    }

    FakeModule module(String name) {
        return modules.get(name);
    }

    ConfigTree commit(Edit... edits) throws ConfigException {
        return engine.commit(List.of(edits));
    }

    ConfigTree running() {
        return engine.state().tree();
    }

    Path file(String name) {
        return home.config().resolve(name);
    }
}
