package org.ferrule.software.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.FrameworkWiring;

/** In a framework of its own. */
class ResolutionTest {
    @TempDir
    Path folder;

    private Framework framework;
    private BundleContext context;

    @BeforeEach
    void start() throws BundleException {
        framework = new FrameworkFactory().newFramework(Map.of(Constants.FRAMEWORK_STORAGE, folder.toString()));
        framework.start();
        context = framework.getBundleContext();
    }

    @AfterEach
    void stop() throws BundleException, InterruptedException {
        framework.stop();
        framework.waitForStop(0);
    }

    private Bundle install(String name, String... headers) {
        try {
            return context.installBundle(name, new ByteArrayInputStream(Kars.bundle(name, "1.0.0", headers)));
        } catch (IOException | BundleException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatSomebodyElseResolvesMeanwhileDoesNotCount() {
        Bundle ours = install("ours");
        Bundle deployed = install("deployed");
        context.addBundleListener((SynchronousBundleListener) event -> {
            if (event.getType() == BundleEvent.RESOLVED && event.getBundle() == ours) {
                framework.adapt(FrameworkWiring.class).resolveBundles(Set.of(deployed));
            }
        });
        Resolution resolution = new Resolution(context);
        assertTrue(resolution.resolve(Set.of(ours.getBundleId())));
        assertEquals(Bundle.RESOLVED, deployed.getState());
        assertEquals(List.of(), resolution.others());
    }

    @Test
    void whatOursNeedDoes() {
        Bundle ours = install("ours", "Import-Package", "one");
        Bundle second = install("second");
        install("near", "Export-Package", "one", "Import-Package", "two");
        install("far", "Export-Package", "two");
        Resolution resolution = new Resolution(context);
        assertTrue(resolution.resolve(Set.of(ours.getBundleId(), second.getBundleId())));
        assertEquals(List.of("far", "near"), resolution.others());
    }

    @Test
    void soDoesAFragmentOfOurs() {
        Bundle ours = install("ours");
        install("fragment", "Fragment-Host", "ours");
        Resolution resolution = new Resolution(context);
        assertTrue(resolution.resolve(Set.of(ours.getBundleId())));
        assertEquals(List.of("fragment"), resolution.others());
    }

    @Test
    void whatWasResolvedBeforeOrBelongsToOursDoesNot() throws BundleException {
        install("before", "Export-Package", "one").start();
        Bundle ours = install("ours", "Import-Package", "one,two");
        Bundle second = install("second", "Export-Package", "two");
        Resolution resolution = new Resolution(context);
        assertTrue(resolution.resolve(Set.of(ours.getBundleId(), second.getBundleId())));
        assertEquals(List.of(), resolution.others());
    }

    @Test
    void whatLacksSomethingStaysUnresolved() {
        Bundle ours = install("ours", "Import-Package", "nowhere");
        Resolution resolution = new Resolution(context);
        assertFalse(resolution.resolve(Set.of(ours.getBundleId(), 4711L)));
        assertTrue(Resolution.isUnresolved(ours));
        assertEquals(List.of(), resolution.others());
    }
}
