package org.ferrule.config.internal;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Configuration;
import org.ferrule.config.Edit;
import org.ferrule.config.Home;
import org.ferrule.config.kind.KindDescriptor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The configuration as an OSGi component: gives the engine its folder, its threads and the modules that come and go. */
@Component(service = Configuration.class)
public final class ConfigurationService implements Configuration {
    private static final Duration PREPARE_LIMIT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ExecutorService arrivals = Executors.newSingleThreadExecutor(task -> daemon(task, "config-modules"));
    private final ExecutorService preparers = Executors.newCachedThreadPool(task -> daemon(task, "config-prepare"));
    private final Engine engine;

    /**
     * Loads the configuration.
     *
     * @throws IOException if the configuration folder cannot be made or read
     */
    @Activate
    public ConfigurationService(BundleContext context) throws IOException {
        Store store = new Store(Home.of(context).config());
        ModuleCalls calls = new ModuleCalls(preparers, PREPARE_LIMIT);
        engine = new Engine(store, new ConfigText(new FerruleText()), calls, PATIENCE, boot());
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Tells this virtual machine from every other that ran with this folder. */
    private static String boot() {
        return ProcessHandle.current().pid() + "-"
                + ManagementFactory.getRuntimeMXBean().getStartTime();
    }

    @Reference(
            service = ConfigModule.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addModule(ServiceReference<ConfigModule> reference, ConfigModule module) {
        engine.expect(reference, module);
        later(() -> engine.arrive(module));
    }

    void removeModule(ServiceReference<ConfigModule> reference) {
        engine.leave(reference);
        later(engine::settle);
    }

    private void later(Runnable task) {
        try {
            arrivals.execute(task);
        } catch (RejectedExecutionException e) {
            // The component is going: its successor will meet the module.
            return;
        }
    }

    @Deactivate
    void close() {
        engine.close();
        arrivals.shutdownNow();
        preparers.shutdownNow();
    }

    @Override
    public ConfigTree running() {
        return engine.state().tree();
    }

    @Override
    public Collection<KindDescriptor> kinds() {
        return engine.state().catalog().kinds();
    }

    @Override
    public boolean available(String kind) {
        return engine.available(kind);
    }

    @Override
    public ConfigTree commit(List<Edit> edits) throws ConfigException {
        return engine.commit(edits);
    }

    @Override
    public List<Path> save() throws ConfigException {
        return engine.save();
    }

    @Override
    public boolean saved() {
        return engine.isSaved();
    }

    @Override
    public ConfigTree load() throws ConfigException {
        return engine.load();
    }

    @Override
    public ConfigTree load(String text, String source, boolean merge, boolean verify) throws ConfigException {
        return engine.load(text, source, merge, verify);
    }

    @Override
    public List<String> notices() {
        return engine.notices();
    }
}
