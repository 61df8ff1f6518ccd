package org.ferrule.testing;

import java.lang.reflect.Proxy;
import org.ferrule.module.Providers;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;

/** References as the OSGi registry would give them: equal to themselves only, of a bundle of which only its version is known. */
public final class References {
    private References() {}

    /** A reference to a service of a bundle of version 1.0.0. */
    public static <T> ServiceReference<T> reference() {
        return reference("1.0.0");
    }

    /** A reference to a service of a bundle of that version. */
    public static <T> ServiceReference<T> reference(String version) {
        return reference(version, null);
    }

    /** A reference to a service of that name, of a bundle of version 1.0.0. */
    public static <T> ServiceReference<T> named(String name) {
        return reference("1.0.0", name);
    }

    @SuppressWarnings("unchecked")
    private static <T> ServiceReference<T> reference(String version, String name) {
        Bundle bundle = (Bundle) Proxy.newProxyInstance(
                Bundle.class.getClassLoader(),
                new Class<?>[] {Bundle.class},
                (proxy, method, arguments) ->
                        method.getName().equals("getVersion") ? Version.parseVersion(version) : null);
        return (ServiceReference<T>) Proxy.newProxyInstance(
                ServiceReference.class.getClassLoader(),
                new Class<?>[] {ServiceReference.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getBundle" -> bundle;
                    case "getProperty" -> arguments[0].equals(Providers.NAME) ? name : null;
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> null;
                });
    }
}
