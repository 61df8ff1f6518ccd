package org.ferrule.testing;

import java.lang.reflect.Proxy;
import org.osgi.framework.ServiceReference;

/** References as the OSGi registry would give them. */
public final class References {
    private References() {}

    /** A reference that is equal to itself only, of a bundle and with properties that nobody asks for. */
    @SuppressWarnings("unchecked")
    public static <T> ServiceReference<T> reference() {
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
