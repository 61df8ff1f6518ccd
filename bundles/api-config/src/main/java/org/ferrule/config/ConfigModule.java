package org.ferrule.config;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A module that owns kinds and makes the running appliance follow the tree. Registered as an OSGi service by each
 * bundle that has kinds.
 *
 * <p>Its methods are called by the configuration one at a time, never on an event loop. When the module appears, {@link
 * #reconcile} is called with the running tree; the same happens after every commit, after {@link #prepare}.
 */
@ConsumerType
public interface ConfigModule {
    /** The module as a person names it, and as it is listed when it is away: "pool". */
    String module();

    /** The kinds it owns: records annotated with {@link org.ferrule.config.kind.Kind}. */
    List<Class<? extends Record>> kinds();

    /** The objects it ships, as text in the form that {@code save} writes. */
    default String shipped() {
        return "";
    }

    /**
     * Completes a transaction before it is checked: encrypts a secret that was typed, makes a node for a new member.
     * Called for every transaction.
     */
    default void complete(Draft draft) throws ConfigException {}

    /**
     * Reserves what can fail (a port, a key) for the tree that is proposed, judged by the <em>resulting</em> set.
     *
     * @return closed when the transaction is over, after {@link #reconcile} or after another module refused
     * @throws ConfigException to refuse, naming the object, the property and the reason
     */
    default Reservation prepare(ConfigTree running, ConfigTree proposed) throws ConfigException {
        return Reservation.NOTHING;
    }

    /**
     * The Linux capabilities that the process needs to follow the tree, by their names: see {@link Capabilities}. They are
     * written when the configuration is saved; at its next start the process has no others.
     */
    default Set<String> capabilities(ConfigTree tree) {
        return Set.of();
    }

    /** Makes what runs be as the tree says. Does not fail: what cannot be done is the object's status, and is logged. */
    void reconcile(ConfigTree tree);

    /** Brings properties that an older version of the kind's declaration stored to the present one. */
    default Map<String, Object> migrate(String kind, int fromSchema, Map<String, Object> properties) {
        return properties;
    }
}
