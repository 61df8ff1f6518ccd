/** How a kind of configuration object is declared, once, and what others learn of it. */
@Export
@Version("1.0.0")
package org.ferrule.config.kind;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
