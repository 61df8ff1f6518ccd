package org.ferrule.system.internal;

import java.util.List;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Draft;
import org.ferrule.config.Reservation;

/** Owns the kinds of users, devices and global settings, and hands the tree to those who follow it. */
final class SystemModule implements ConfigModule {
    private final UserRules users;
    private final DeviceRules devices;
    private final List<Follower> followers;

    /** Makes something that runs be as the tree says. */
    @FunctionalInterface
    interface Follower {
        void follow(ConfigTree tree);
    }

    SystemModule(UserRules users, DeviceRules devices, List<Follower> followers) {
        this.users = users;
        this.devices = devices;
        this.followers = List.copyOf(followers);
    }

    @Override
    public String module() {
        return "system";
    }

    @Override
    public List<Class<? extends Record>> kinds() {
        return List.of(User.class, Device.class, TrustedDevice.class, GlobalSettings.class);
    }

    @Override
    public String shipped() {
        return GlobalSettings.KIND + " { }\n";
    }

    @Override
    public void complete(Draft draft) throws ConfigException {
        users.complete(draft);
        devices.complete(draft);
    }

    @Override
    public Reservation prepare(ConfigTree running, ConfigTree proposed) throws ConfigException {
        users.check(running, proposed);
        devices.check(proposed);
        return Reservation.NOTHING;
    }

    @Override
    public void reconcile(ConfigTree tree) {
        followers.forEach(follower -> follower.follow(tree));
    }
}
