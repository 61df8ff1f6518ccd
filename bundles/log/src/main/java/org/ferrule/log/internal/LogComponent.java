package org.ferrule.log.internal;

import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.Home;
import org.ferrule.module.Providers;
import org.ferrule.shell.LiveValues;
import org.ferrule.shell.RunCommand;
import org.ferrule.shell.StatusProvider;
import org.ferrule.stream.Network;
import org.ferrule.tls.TlsProfiles;
import org.ops4j.pax.logging.spi.PaxAppender;
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

/**
 * Puts the module together and offers its services. They are registered by hand, so that Karaf's resolver must be told of
 * them.
 */
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.ferrule.config.ConfigModule\"")
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.ferrule.shell.StatusProvider\"")
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.ferrule.shell.RunCommand\"")
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.ferrule.shell.LiveValues\"")
@Component(
        service = {},
        immediate = true)
public final class LogComponent {
    private static final String APPENDER_NAME = "org.ops4j.pax.logging.appender.name";

    private final Providers<Network> networks = new Providers<>();
    private final Providers<TlsProfiles> profiles = new Providers<>();
    private final SyslogService service = new SyslogService(networks::best, profiles::best);
    private final List<ServiceRegistration<?>> registrations;

    /** Starts the module. */
    @Activate
    public LogComponent(BundleContext context) {
        LogFiles logs = new LogFiles(Home.of(context).directory().resolve("log"));
        LogSettings settings = new LogSettings(
                Path.of(context.getProperty("karaf.etc")), logs, () -> Modules.of(context.getBundles()));
        Dictionary<String, Object> appender = new Hashtable<>();
        appender.put(APPENDER_NAME, "FerruleSyslog");
        registrations = List.of(
                context.registerService(StatusProvider.class, service, null),
                context.registerService(StatusProvider.class, settings, null),
                context.registerService(LiveValues.class, settings, null),
                context.registerService(RunCommand.class, new ShowLog(logs), null),
                context.registerService(ConfigModule.class, new LogModule(settings, service), null),
                context.registerService(PaxAppender.class, service, appender));
    }

    @Deactivate
    void stop() {
        registrations.forEach(ServiceRegistration::unregister);
        service.close();
    }

    @Reference(
            service = Network.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindNetwork(ServiceReference<Network> reference, Network network) {
        networks.add(reference, network);
        service.networkCame();
    }

    void unbindNetwork(ServiceReference<Network> reference) {
        networks.remove(reference);
    }

    @Reference(
            service = TlsProfiles.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindProfiles(ServiceReference<TlsProfiles> reference, TlsProfiles tls) {
        profiles.add(reference, tls);
    }

    void unbindProfiles(ServiceReference<TlsProfiles> reference) {
        profiles.remove(reference);
    }
}
