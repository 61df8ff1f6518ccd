package org.ferrule.log.internal;

import java.util.List;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Reservation;

/** What the configuration sees of this bundle: hands the tree to who follows it. */
record LogModule(LogSettings settings, SyslogService syslog) implements ConfigModule {
    @Override
    public String module() {
        return "log";
    }

    @Override
    public List<Class<? extends Record>> kinds() {
        return List.of(LogConfig.class, LogRotate.class, Syslog.class);
    }

    @Override
    public String shipped() {
        return LogConfig.KIND + " { }\n" + LogRotate.KIND + " { }\n" + Syslog.KIND + " { }\n";
    }

    @Override
    public Reservation prepare(ConfigTree running, ConfigTree proposed) throws ConfigException {
        settings.check(proposed);
        return Reservation.NOTHING;
    }

    @Override
    public void reconcile(ConfigTree tree) {
        settings.follow(tree);
        syslog.follow(tree);
    }
}
