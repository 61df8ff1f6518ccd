package org.ferrule.module;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;

class ProvidersTest {
    private final Providers<String> providers = new Providers<>();

    private ServiceReference<String> add(String service, String name, String version) {
        ServiceReference<String> reference = reference(name, version);
        providers.add(reference, service);
        return reference;
    }

    @SuppressWarnings("unchecked")
    private static <T> ServiceReference<T> reference(String name, String version) {
        Object bundle = version == null
                ? null
                : Proxy.newProxyInstance(
                        Bundle.class.getClassLoader(),
                        new Class<?>[] {Bundle.class},
                        (proxy, method, arguments) -> Version.parseVersion(version));
        return (ServiceReference<T>) Proxy.newProxyInstance(
                ServiceReference.class.getClassLoader(),
                new Class<?>[] {ServiceReference.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getBundle" -> bundle;
                    case "getProperty" -> name;
                    case "equals" -> proxy == arguments[0];
                    default -> 0;
                });
    }

    @Test
    void theNewestVersionIsBestByNumberNotByText() {
        add("nine", "x", "1.9.0");
        ServiceReference<String> ten = add("ten", "x", "1.10.0");
        add("one", "x", "1.1.0");
        assertEquals(Optional.of("ten"), providers.best());
        assertEquals(Optional.of("ten"), providers.best("x"));
        assertEquals(List.of("one", "nine", "ten"), providers.all());
        providers.remove(ten);
        assertEquals(Optional.of("nine"), providers.best());
    }

    @Test
    void eachNameHasItsBest() {
        add("b1", "b", "1.0.0");
        add("a1", "a", "1.0.0");
        add("b2", "b", "2.0.0");
        add("plain", null, "1.0.0");
        assertEquals(List.of("plain", "a1", "b2"), providers.bestOfEach());
        assertEquals(Optional.of("a1"), providers.best("a"));
        assertEquals(Optional.empty(), providers.best("c"));
    }

    @Test
    void aServiceThatIsJustGoingIsTheLastChoice() {
        add("going", "x", null);
        assertEquals(Optional.of("going"), providers.best());
        add("there", "x", "0.0.1");
        assertEquals(Optional.of("there"), providers.best());
    }

    private record Module(String text, boolean configured) implements Configured {}

    @Test
    void aServiceThatHasNotSeenTheConfigurationIsChosenOnlyWhereThereIsNoOther() {
        Providers<Module> modules = new Providers<>();
        Module fresh = new Module("fresh", false);
        modules.add(reference("", "2.0.0"), fresh);
        assertEquals(Optional.of(fresh), modules.best());
        Module old = new Module("old", true);
        modules.add(reference("", "1.0.0"), old);
        assertEquals(Optional.of(old), modules.best());
        Module newest = new Module("newest", true);
        modules.add(reference("", "3.0.0"), newest);
        assertEquals(Optional.of(newest), modules.best());
        assertEquals(Optional.of(old), modules.best(module -> module.text().equals("old")));
        assertEquals(Optional.of(newest), modules.best(module -> false));
    }

    @Test
    void nothingIsThereAtFirst() {
        assertTrue(providers.best().isEmpty()
                && providers.all().isEmpty()
                && providers.bestOfEach().isEmpty());
    }
}
