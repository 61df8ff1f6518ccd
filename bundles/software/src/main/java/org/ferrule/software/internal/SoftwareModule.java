package org.ferrule.software.internal;

import java.util.List;
import java.util.function.Consumer;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Reservation;

/**
 * Owns {@code sys software}, its signers, and {@code sys db}.
 *
 * @param follower makes what runs be as the tree says
 */
record SoftwareModule(Consumer<ConfigTree> follower) implements ConfigModule {
    @Override
    public String module() {
        return "software";
    }

    @Override
    public List<Class<? extends Record>> kinds() {
        return List.of(Software.class, Signer.class, DbVariable.class);
    }

    @Override
    public String shipped() {
        return Software.KIND + " { }\n" + DbVariable.shipped();
    }

    @Override
    public Reservation prepare(ConfigTree running, ConfigTree proposed) throws ConfigException {
        TrustedSigners.check(proposed);
        DbVariable.check(proposed);
        return Reservation.NOTHING;
    }

    @Override
    public void reconcile(ConfigTree tree) {
        follower.accept(tree);
    }
}
