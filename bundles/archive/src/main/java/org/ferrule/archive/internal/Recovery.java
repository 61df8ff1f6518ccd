package org.ferrule.archive.internal;

import java.io.IOException;
import org.ferrule.config.Home;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Undoes a load that a crash cut short. The bundle starts before the modules that read the files. */
public final class Recovery implements BundleActivator {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    @Override
    public void start(BundleContext context) {
        Home home = Home.of(context);
        Undo undo = Undo.in(ArchiveComponent.folder(home), new HomeFiles(home));
        try {
            undo.putBack()
                    .ifPresent(archive -> LOG.warn(
                            "Loading the archive {} was cut short: everything is as it was before it", archive));
        } catch (IOException e) {
            LOG.error(
                    "Loading an archive was cut short and cannot be undone: {}. Files in config, keys and ssl may be"
                            + " those of the archive; load it again",
                    e.getMessage());
        }
    }

    @Override
    public void stop(BundleContext context) {
        // What it did stays done.
    }
}
