package org.ferrule.software.internal;

import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;

/** A switch that seldom needs to be touched. The ones that there are, are shipped. */
@Kind(value = DbVariable.KIND, title = "Database Variable", help = "A switch that seldom needs to be touched")
record DbVariable(
        @Property(help = "enable or disable", required = true)
        String value) {
    static final String KIND = "sys db";
    static final String HOT_DEPLOY = ObjectId.COMMON + "/hot-deploy";

    private static final String ENABLE = "enable";
    private static final String DISABLE = "disable";

    static String shipped() {
        return KIND + " hot-deploy { value " + ENABLE + " }\n";
    }

    /** Refuses variables that mean nothing, and values that they cannot have. */
    static void check(ConfigTree proposed) throws ConfigException {
        for (var entry : proposed.views(DbVariable.class).entrySet()) {
            if (!entry.getKey().equals(HOT_DEPLOY)) {
                throw ConfigException.invalid(
                        KIND + " " + entry.getKey() + ": there is no such variable; there is hot-deploy");
            }
            String value = entry.getValue().value();
            if (!ENABLE.equals(value) && !DISABLE.equals(value)) {
                throw ConfigException.invalid(
                        KIND + " " + entry.getKey() + ": value is \"" + value + "\"; it is enable or disable");
            }
        }
    }

    /** Whether files in {@code deploy/} are taken in. */
    static boolean hotDeploy(ConfigTree tree) {
        return tree.view(DbVariable.class, HOT_DEPLOY)
                .filter(variable -> ENABLE.equals(variable.value()))
                .isPresent();
    }
}
