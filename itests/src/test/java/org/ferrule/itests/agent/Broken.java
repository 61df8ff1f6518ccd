package org.ferrule.itests.agent;

import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** A bundle that does not start. */
public final class Broken implements BundleActivator {
    @Override
    public void start(BundleContext context) {
        throw new IllegalStateException("this bundle never starts");
    }

    @Override
    public void stop(BundleContext context) {
        // It was never started.
    }
}
