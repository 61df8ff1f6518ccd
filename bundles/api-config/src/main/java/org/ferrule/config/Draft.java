package org.ferrule.config;

import java.util.Map;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/** A transaction in the making, as {@link ConfigModule#complete} sees and changes it. */
@ProviderType
public interface Draft {
    /** The running configuration. */
    ConfigTree before();

    /** What it will be, as far as it is made. */
    ConfigTree now();

    /** The objects that were made, changed or removed so far. */
    Set<ObjectId> changed();

    /** Makes an object, or replaces all that is explicitly set for it. */
    void put(ObjectId id, Map<String, Object> properties);

    /** Removes an object. */
    void remove(ObjectId id);
}
