package org.ferrule.config.internal;

import static org.ferrule.config.internal.Fixtures.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.Home;
import org.ferrule.testing.References;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

@Timeout(30)
class ConfigurationServiceTest {
    @TempDir
    Path folder;

    private ConfigurationService start() throws Exception {
        BundleContext context = (BundleContext) Proxy.newProxyInstance(
                BundleContext.class.getClassLoader(),
                new Class<?>[] {BundleContext.class},
                (proxy, method, arguments) ->
                        method.getName().equals("getProperty") && arguments[0].equals(Home.PROPERTY)
                                ? folder.toString()
                                : null);
        return new ConfigurationService(context);
    }

    private static ServiceReference<ConfigModule> add(ConfigurationService service, FakeModule module)
            throws InterruptedException {
        CountDownLatch followed = new CountDownLatch(1);
        module.reconciling = tree -> followed.countDown();
        ServiceReference<ConfigModule> reference = References.reference();
        service.addModule(reference, module);
        assertTrue(followed.await(20, TimeUnit.SECONDS));
        return reference;
    }

    @Test
    void aSuccessorInTheSameVirtualMachineGoesOn() throws Exception {
        ConfigurationService service = start();
        ServiceReference<ConfigModule> pool = add(service, new FakeModule("pool", "", Pool.class));
        assertTrue(service.available("ltm pool"));
        assertEquals("Pool", service.kind("ltm pool").orElseThrow().title());
        service.commit(List.of(create(pool("p"))));
        assertEquals(List.of(folder.resolve("config/ferrule.conf")), service.save());
        service.commit(List.of(create(pool("q"))));
        service.removeModule(pool);
        assertFalse(service.available("ltm pool"));
        service.close();
        service.removeModule(pool);
        assertThrows(ConfigException.class, () -> service.commit(List.of(create(pool("r")))));

        ConfigurationService next = start();
        assertEquals(service.running(), next.running());
        FakeModule back = new FakeModule("pool", "", Pool.class);
        add(next, back);
        assertEquals(next.running(), back.last());
        assertEquals(1, next.load().own().size());
        assertEquals(0, next.load("", "x", false, true).own().size());
        assertEquals(List.of(), next.notices());
        next.close();
    }

    @Test
    void aChangeWaitsForTheOneBeforeItButNotForEver() throws Exception {
        ModuleCalls calls = new ModuleCalls(Runnable::run, Duration.ofSeconds(10));
        Store store = new Store(folder.resolve("config"));
        Engine engine = new Engine(store, TEXT, calls, Duration.ofMillis(10), "1");
        FakeModule slow = new FakeModule("pool", "", Pool.class);
        engine.expect(References.reference(), slow);
        engine.arrive(slow);
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        slow.reconciling = tree -> {
            reached.countDown();
            await(release);
        };
        Thread other = new Thread(() -> {
            try {
                engine.commit(List.of(create(pool("p"))));
            } catch (ConfigException e) {
                throw new AssertionError(e);
            }
        });
        other.start();
        await(reached);
        String message = assertThrows(ConfigException.class, () -> engine.commit(List.of(create(pool("q")))))
                .getMessage();
        assertTrue(message.contains("it waits for module pool"), message);
        assertTrue(engine.state().tree().get(pool("p")).isPresent(), "reading does not wait");
        release.countDown();
        other.join();
        Thread.currentThread().interrupt();
        assertThrows(ConfigException.class, () -> engine.save());
        assertTrue(Thread.interrupted());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFolderThatCannotBeWrittenRefusesToSaveAndSaysSo() throws Exception {
        Appliance appliance = Appliance.whole(folder, "1");
        appliance.commit(create(pool("p")));
        // A folder in the place of the file.
        Files.createDirectories(appliance.file("ferrule.conf/x"));
        String message = assertThrows(ConfigException.class, () -> appliance.engine.save())
                .getMessage();
        assertTrue(message.startsWith("the configuration cannot be saved to"), message);
        Files.delete(appliance.file("ferrule.conf/x"));
        Files.delete(appliance.file("ferrule.conf"));
        appliance.engine.save();
        assertEquals(appliance.running(), new Appliance(folder, "2").running());
    }
}
