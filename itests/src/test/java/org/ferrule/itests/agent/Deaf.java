package org.ferrule.itests.agent;

import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.ferrule.traffic.Monitors;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** A bundle that runs, and watches servers worse than the one before: to it they are all down. */
public final class Deaf implements BundleActivator, Monitors {
    @Override
    public void start(BundleContext context) {
        context.registerService(Monitors.class, this, null);
    }

    @Override
    public void stop(BundleContext context) {
        // What it registered goes with it.
    }

    @Override
    public Watch watch(InetSocketAddress target, String rule, Consumer<Health> changed) {
        Thread told = new Thread(() -> changed.accept(new Health(false, "nothing is heard of it")), "deaf");
        told.start();
        return told::interrupt;
    }
}
