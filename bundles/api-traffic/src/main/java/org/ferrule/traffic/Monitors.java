package org.ferrule.traffic;

import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/** Watches servers. Any thread but an event loop. */
@ProviderType
public interface Monitors {
    /**
     * Starts to watch.
     *
     * @param rule monitors joined as {@link org.ferrule.config.kind.PropertyType#RULE} describes, with full names
     * @param changed told the first result and every change, on a thread of the monitor's own; must not block
     */
    Watch watch(InetSocketAddress target, String rule, Consumer<Health> changed);

    /** Watching one target. */
    @ProviderType
    interface Watch extends AutoCloseable {
        /** Stops watching. {@code changed} may be called once more while this runs, but not after. */
        @Override
        void close();
    }

    /**
     * What a monitor found.
     *
     * @param up whether the target answers as it should
     * @param reason why not, or ""
     */
    record Health(boolean up, String reason) {}
}
