package org.ferrule.tmsh.internal;

import java.util.Map;
import org.ferrule.config.Configuration;
import org.ferrule.module.Providers;
import org.ferrule.shell.Account;
import org.ferrule.shell.LiveValues;
import org.ferrule.shell.RunCommand;
import org.ferrule.shell.Shell;
import org.ferrule.shell.ShellSession;
import org.ferrule.shell.StatusProvider;
import org.ferrule.shell.Users;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Opens sessions of tmsh, and knows the modules that they talk to. */
@Component
public final class TmshShell implements Shell {
    private final Providers<Configuration> configurations = new Providers<>();
    private final Providers<RunCommand> commands = new Providers<>();
    private final Providers<StatusProvider> statuses = new Providers<>();
    private final Providers<LiveValues> values = new Providers<>();
    private final Providers<Users> users = new Providers<>();
    private final Absent absent = new Absent();

    @Override
    public ShellSession open(Account account, Map<Class<?>, Object> facilities) {
        return new Session(
                account,
                Map.copyOf(facilities),
                new Services(configurations::best, commands::all, statuses::all, values::all, users::best, absent));
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

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindCommand(ServiceReference<RunCommand> reference, RunCommand service) {
        commands.add(reference, service);
        absent.came(reference, Absent.module(reference), service.verb(), service.name());
    }

    void unbindCommand(ServiceReference<RunCommand> reference) {
        commands.remove(reference);
        absent.went(reference);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindStatus(ServiceReference<StatusProvider> reference, StatusProvider service) {
        statuses.add(reference, service);
        absent.came(reference, Absent.module(reference), Verb.SHOW.word(), service.kind());
    }

    void unbindStatus(ServiceReference<StatusProvider> reference) {
        statuses.remove(reference);
        absent.went(reference);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindValues(ServiceReference<LiveValues> reference, LiveValues service) {
        values.add(reference, service);
    }

    void unbindValues(ServiceReference<LiveValues> reference) {
        values.remove(reference);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindUsers(ServiceReference<Users> reference, Users service) {
        users.add(reference, service);
    }

    void unbindUsers(ServiceReference<Users> reference) {
        users.remove(reference);
    }
}
