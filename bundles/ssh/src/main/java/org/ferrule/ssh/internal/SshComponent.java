package org.ferrule.ssh.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.Configuration;
import org.ferrule.config.Home;
import org.ferrule.config.Secrets;
import org.ferrule.module.Drainable;
import org.ferrule.shell.RunCommand;
import org.ferrule.shell.Shell;
import org.ferrule.shell.StatusProvider;
import org.ferrule.shell.Users;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the module together and offers its services; what other modules give comes and goes. */
@Component(
        service = {},
        immediate = true)
public final class SshComponent {
    private static final Logger LOG = LoggerFactory.getLogger(SshComponent.class);

    private final SshService.Others others = new SshService.Others();
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private final Map<ServiceReference<Users>, AutoCloseable> userListeners = new ConcurrentHashMap<>();
    private final BundleContext context;
    private final SshService service;

    /** Starts the module. */
    @Activate
    public SshComponent(BundleContext context) {
        this.context = context;
        Options options = Options.read(
                Home.option(context, "ssh-address"),
                Home.option(context, "ssh-port"),
                Home.option(context, "first-start").isPresent());
        service = new SshService(others, Home.of(context), options, Limits.NORMAL, System::nanoTime);
        register(StatusProvider.class, new SshStatus(service));
        register(RunCommand.class, new KarafRun(service.karaf()));
        register(RunCommand.class, new UnlockCommand(service.lockout()));
        register(Drainable.class, service);
        register(TmshService.class, new TmshService(service.tmsh()));
        // Last: the configuration calls it at once.
        register(ConfigModule.class, new SshModule(service.listener(), service::follow));
    }

    private <T> void register(Class<T> type, T offered) {
        registrations.add(context.registerService(type, offered, null));
    }

    @Deactivate
    void stop() {
        for (int i = registrations.size() - 1; i >= 0; i--) {
            registrations.get(i).unregister();
        }
        service.close();
    }

    @Reference(
            service = Shell.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindShell(ServiceReference<Shell> reference, Shell shell) {
        others.shells().add(reference, shell);
    }

    void unbindShell(ServiceReference<Shell> reference) {
        others.shells().remove(reference);
    }

    @Reference(
            service = Users.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindUsers(ServiceReference<Users> reference, Users users) {
        others.users().add(reference, users);
        userListeners.put(reference, users.onChange(service::review));
        service.review();
    }

    void unbindUsers(ServiceReference<Users> reference) {
        others.users().remove(reference);
        close(userListeners.remove(reference));
    }

    private static void close(AutoCloseable listener) {
        try {
            listener.close();
        } catch (Exception e) {
            LOG.debug("A listener of users was gone already", e);
        }
    }

    @Reference(
            service = Secrets.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindSecrets(ServiceReference<Secrets> reference, Secrets secrets) {
        others.secrets().add(reference, secrets);
        service.look();
    }

    void unbindSecrets(ServiceReference<Secrets> reference) {
        others.secrets().remove(reference);
    }

    @Reference(
            service = Configuration.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindConfiguration(ServiceReference<Configuration> reference, Configuration configuration) {
        others.configurations().add(reference, configuration);
        service.look();
    }

    void unbindConfiguration(ServiceReference<Configuration> reference) {
        others.configurations().remove(reference);
    }

    @Reference(
            service = SessionFactory.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindConsole(ServiceReference<SessionFactory> reference, SessionFactory factory) {
        others.consoles().add(reference, factory);
    }

    void unbindConsole(ServiceReference<SessionFactory> reference) {
        others.consoles().remove(reference);
    }
}
