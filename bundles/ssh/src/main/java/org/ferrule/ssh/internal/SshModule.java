package org.ferrule.ssh.internal;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.ferrule.config.Capabilities;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Reservation;

/** Owns {@code sys sshd}. */
final class SshModule implements ConfigModule {
    /** Makes the server be as the settings say. */
    @FunctionalInterface
    interface Follower {
        void follow(Sshd settings, ConfigTree tree);
    }

    private final SshListener listener;
    private final Follower follower;

    SshModule(SshListener listener, Follower follower) {
        this.listener = listener;
        this.follower = follower;
    }

    @Override
    public String module() {
        return "ssh";
    }

    @Override
    public List<Class<? extends Record>> kinds() {
        return List.of(Sshd.class);
    }

    @Override
    public String shipped() {
        return Sshd.KIND + " { }\n";
    }

    @Override
    public Set<String> capabilities(ConfigTree tree) {
        Sshd settings = settings(tree);
        return settings == null ? Set.of() : Capabilities.toListen(IntStream.of(settings.port()));
    }

    @Override
    public Reservation prepare(ConfigTree running, ConfigTree proposed) throws ConfigException {
        Sshd settings = settings(proposed);
        return settings == null ? Reservation.NOTHING : listener.reserve(settings, proposed);
    }

    @Override
    public void reconcile(ConfigTree tree) {
        Sshd settings = settings(tree);
        if (settings != null) {
            follower.follow(settings, tree);
        }
    }

    static Sshd settings(ConfigTree tree) {
        return tree.view(Sshd.class, "").orElse(null);
    }
}
