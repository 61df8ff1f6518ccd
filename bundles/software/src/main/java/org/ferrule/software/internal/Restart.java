package org.ferrule.software.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process in good order, in a way that asks the launcher for another start: Karaf ends with an exit code that
 * says so.
 *
 * @param context of any bundle
 */
record Restart(BundleContext context) implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Restart.class);
    /** In which the session that asked for it reads the answer. */
    private static final long MILLIS_BEFORE = 500;

    @Override
    public void run() {
        LOG.info("The appliance restarts");
        System.setProperty("karaf.restart", "true");
        System.setProperty("karaf.restart.jvm", "true");
        BundleContext system = context.getBundle(Constants.SYSTEM_BUNDLE_ID).getBundleContext();
        CompletableFuture.delayedExecutor(MILLIS_BEFORE, TimeUnit.MILLISECONDS).execute(() -> {
            try {
                system.getBundle().stop();
            } catch (BundleException e) {
                LOG.error("The appliance cannot be stopped", e);
            }
        });
    }
}
