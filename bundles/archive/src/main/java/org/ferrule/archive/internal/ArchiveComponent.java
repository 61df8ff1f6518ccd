package org.ferrule.archive.internal;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.ferrule.archive.internal.SupportWriter.Named;
import org.ferrule.config.Configuration;
import org.ferrule.config.Home;
import org.ferrule.config.Secrets;
import org.ferrule.module.Providers;
import org.ferrule.shell.RunCommand;
import org.ferrule.shell.Shell;
import org.ferrule.shell.StatusProvider;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/**
 * Puts the module together and offers its commands. They are registered by hand, so that Karaf's resolver must be told of
 * them.
 */
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.ferrule.shell.RunCommand\"")
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.ferrule.shell.StatusProvider\"")
@Component(
        service = {},
        immediate = true)
public final class ArchiveComponent {
    private final Providers<Configuration> configurations = new Providers<>();
    private final Providers<Secrets> secrets = new Providers<>();
    private final Providers<Shell> shells = new Providers<>();
    private final Providers<ServiceComponentRuntime> runtimes = new Providers<>();
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();

    /** Starts the module. */
    @Activate
    public ArchiveComponent(BundleContext context) {
        Home home = Home.of(context);
        UcsFolder folder = folder(home);
        HomeFiles files = new HomeFiles(home);
        String version = context.getBundle().getVersion().toString();
        UcsActions actions = new UcsActions(
                folder,
                new UcsWriter(files, version, Clock.systemUTC()),
                new UcsLoader(files, Undo.in(folder, files)),
                configurations::best,
                secrets::best);
        UcsCommand.all(folder, actions)
                .forEach(command -> registrations.add(context.registerService(RunCommand.class, command, null)));
        registrations.add(context.registerService(StatusProvider.class, new UcsStatus(folder), null));
        SupportCommand support = new SupportCommand(
                new SupportWriter(home, sources(context, home)), Clock.systemUTC(), configurations::best, shells::best);
        registrations.add(context.registerService(RunCommand.class, support, null));
    }

    private List<Named> sources(BundleContext context, Home home) {
        return List.of(
                new Named("system.txt", () -> HostFacts.system(home.directory())),
                new Named("memory.txt", HostFacts::memory),
                new Named("threads.txt", HostFacts::threads),
                new Named("bundles.txt", () -> FrameworkFacts.bundles(context)),
                new Named("components.txt", () -> runtimes.best()
                        .map(FrameworkFacts::components)
                        .orElse("There is no component runtime\n")));
    }

    static UcsFolder folder(Home home) {
        return new UcsFolder(home.directory().resolve("ucs"));
    }

    @Deactivate
    void stop() {
        registrations.forEach(ServiceRegistration::unregister);
    }

    @Reference(
            service = Configuration.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindConfiguration(ServiceReference<Configuration> reference, Configuration service) {
        configurations.add(reference, service);
    }

    void unbindConfiguration(ServiceReference<Configuration> reference) {
        configurations.remove(reference);
    }

    @Reference(
            service = Secrets.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindSecrets(ServiceReference<Secrets> reference, Secrets service) {
        secrets.add(reference, service);
    }

    void unbindSecrets(ServiceReference<Secrets> reference) {
        secrets.remove(reference);
    }

    @Reference(
            service = Shell.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindShell(ServiceReference<Shell> reference, Shell service) {
        shells.add(reference, service);
    }

    void unbindShell(ServiceReference<Shell> reference) {
        shells.remove(reference);
    }

    @Reference(
            service = ServiceComponentRuntime.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindRuntime(ServiceReference<ServiceComponentRuntime> reference, ServiceComponentRuntime service) {
        runtimes.add(reference, service);
    }

    void unbindRuntime(ServiceReference<ServiceComponentRuntime> reference) {
        runtimes.remove(reference);
    }
}
