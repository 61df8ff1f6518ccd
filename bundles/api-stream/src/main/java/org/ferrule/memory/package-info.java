/**
 * The memory that connections, tunnels and dictionaries may take: one budget of the process, which outlives every module.
 *
 * <p>All of it may be called from any thread and takes no lock, unless it says otherwise. Sizes are bytes.
 */
@Export
@Version("1.1.0")
package org.ferrule.memory;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
