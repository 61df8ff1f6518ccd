package org.ferrule.software.internal;

import java.nio.file.Path;
import java.util.Hashtable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationException;
import org.osgi.service.cm.ManagedServiceFactory;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has File Install, and with it Karaf's deployers, watch a folder. File Install is told directly, not by a configuration
 * that would be kept: a folder is watched only as long as this module says so.
 */
final class Deployers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Deployers.class);
    private static final String FACTORY = "org.apache.felix.fileinstall";
    private static final String POLL_MILLIS = "250";

    private final ServiceTracker<ManagedServiceFactory, ManagedServiceFactory> factory;
    private final Hashtable<String, String> settings = new Hashtable<>();
    /** Of this bundle alone: another version beside it must not end its watch. */
    private final String watched;

    private boolean watching;

    Deployers(BundleContext context, Path folder, Path temporary) {
        watched = FACTORY + ".ferrule." + context.getBundle().getBundleId();
        settings.put("felix.fileinstall.dir", folder.toString());
        settings.put("felix.fileinstall.tmpdir", temporary.toString());
        settings.put("felix.fileinstall.poll", POLL_MILLIS);
        settings.put("felix.fileinstall.noInitialDelay", "true");
        settings.put("felix.fileinstall.start.level", "80");
        settings.put("felix.fileinstall.log.level", "3");
        // Nothing that runs is refreshed because of what comes.
        settings.put("felix.fileinstall.optionalImportRefreshScope", "none");
        settings.put("felix.fileinstall.fragmentRefreshScope", "none");
        try {
            factory =
                    new ServiceTracker<>(
                            context,
                            context.createFilter(
                                    "(&(" + Constants.OBJECTCLASS + "=" + ManagedServiceFactory.class.getName() + ")("
                                            + Constants.SERVICE_PID + "=" + FACTORY + "))"),
                            null) {
                        @Override
                        public ManagedServiceFactory addingService(ServiceReference<ManagedServiceFactory> reference) {
                            ManagedServiceFactory came = super.addingService(reference);
                            came(came);
                            return came;
                        }
                    };
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
        factory.open();
    }

    private synchronized void came(ManagedServiceFactory fileInstall) {
        if (watching) {
            tell(fileInstall);
        }
    }

    /** Whether the folder is watched from now on. What came from it stays when that ends. */
    synchronized void watch(boolean wanted) {
        ManagedServiceFactory fileInstall = factory.getService();
        if (wanted != watching && fileInstall != null) {
            if (wanted) {
                tell(fileInstall);
            } else {
                fileInstall.deleted(watched);
            }
        }
        watching = wanted;
    }

    private void tell(ManagedServiceFactory fileInstall) {
        try {
            fileInstall.updated(watched, settings);
        } catch (ConfigurationException e) {
            LOG.error("File Install does not watch for deployed files: {}", e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        watch(false);
        factory.close();
    }
}
