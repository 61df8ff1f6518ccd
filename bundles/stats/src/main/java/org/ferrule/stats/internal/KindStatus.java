package org.ferrule.stats.internal;

import java.util.List;
import org.ferrule.shell.Status;

/**
 * How the objects of a kind fare.
 *
 * @param kind the kind: {@code ltm pool}
 * @param objects one status an object
 * @param problem why they cannot be told, or ""
 */
record KindStatus(String kind, List<Status> objects, String problem) {}
