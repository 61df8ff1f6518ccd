package org.ferrule.tmsh.internal;

import org.ferrule.config.ConfigException;
import org.ferrule.config.Configuration;
import org.ferrule.module.Providers;
import org.ferrule.shell.Account.Role;
import org.ferrule.shell.RunCommand;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** {@code run /util manual}: prints the reference manual of what runs here. */
@Component
public final class ManualCommand implements RunCommand {
    private final Providers<Configuration> configurations = new Providers<>();

    @Override
    public String name() {
        return "/util manual";
    }

    @Override
    public String help() {
        return "Prints the reference manual, as Markdown";
    }

    @Override
    public Role role() {
        return Role.GUEST;
    }

    @Override
    public void run(Invocation invocation) throws ConfigException {
        Configuration configuration = configurations
                .best()
                .orElseThrow(() -> new ConfigException("module config is not running: try again when it is"));
        invocation.out().print(ManualWriter.write(configuration.kinds()));
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindConfiguration(ServiceReference<Configuration> reference, Configuration service) {
        configurations.add(reference, service);
    }

    void unbindConfiguration(ServiceReference<Configuration> reference) {
        configurations.remove(reference);
    }
}
