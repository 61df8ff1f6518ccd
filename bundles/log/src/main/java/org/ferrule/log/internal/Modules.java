package org.ferrule.log.internal;

import java.util.Map;
import java.util.TreeMap;
import org.osgi.framework.Bundle;

/** The appliance's modules, by the names that the shell knows them by. */
final class Modules {
    private static final String OURS = "org.ferrule.";

    private Modules() {}

    /** What each of the bundles that is a module says it is. An API is none: what it does is logged by who uses it. */
    static Map<String, String> of(Bundle... bundles) {
        Map<String, String> modules = new TreeMap<>();
        for (Bundle bundle : bundles) {
            String name = String.valueOf(bundle.getSymbolicName());
            if (name.startsWith(OURS) && !name.startsWith(OURS + "api-")) {
                Object title = bundle.getHeaders().get("Bundle-Name");
                modules.put(
                        name.substring(OURS.length()),
                        title == null ? "" : title.toString().replaceFirst("^.*:: ", ""));
            }
        }
        return modules;
    }
}
