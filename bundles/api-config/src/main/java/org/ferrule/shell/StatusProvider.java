package org.ferrule.shell;

import java.util.List;
import java.util.Optional;
import org.ferrule.config.kind.KindDescriptor;
import org.osgi.annotation.versioning.ConsumerType;

/** Tells {@code show} how objects of a kind fare; registered as an OSGi service by the kind's owner. Any thread. */
@ConsumerType
public interface StatusProvider {
    /** The kind: {@code ltm pool}. */
    String kind();

    /** Title and help, if what is shown is no kind of configuration object. Its properties are empty. */
    default Optional<KindDescriptor> described() {
        return Optional.empty();
    }

    /** The status of every object of the kind, those included that were found at run time and are not configured. */
    List<Status> status();
}
