/** Where a connection goes: virtual servers, pools, monitors and tunnels, as they see each other. */
@Export
@Version("1.0.0")
package org.ferrule.traffic;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
