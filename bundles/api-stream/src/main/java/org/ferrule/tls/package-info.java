/** TLS engines from the appliance's keys and profiles. */
@Export
@Version("1.0.0")
package org.ferrule.tls;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
