package org.ferrule.isession.internal;

import java.lang.reflect.Proxy;
import org.ferrule.module.Providers;
import org.osgi.framework.ServiceReference;

/** References as the OSGi registry would give them. */
final class References {
    private References() {}

    static <T> ServiceReference<T> reference() {
        return named("");
    }

    /** Of a service that is told apart by its name. */
    @SuppressWarnings("unchecked")
    static <T> ServiceReference<T> named(String name) {
        return (ServiceReference<T>) Proxy.newProxyInstance(
                ServiceReference.class.getClassLoader(),
                new Class<?>[] {ServiceReference.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "getProperty" -> arguments[0].equals(Providers.NAME) ? name : null;
                    default -> null;
                });
    }
}
