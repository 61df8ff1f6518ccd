package org.ferrule.monitor.internal;

import java.lang.reflect.Proxy;
import org.osgi.framework.ServiceReference;

/** References as the OSGi registry would give them. */
final class References {
    private References() {}

    @SuppressWarnings("unchecked")
    static <T> ServiceReference<T> reference() {
        return (ServiceReference<T>) Proxy.newProxyInstance(
                ServiceReference.class.getClassLoader(),
                new Class<?>[] {ServiceReference.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> null;
                });
    }
}
