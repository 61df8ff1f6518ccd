/** Choosing among versions of a module that run side by side. */
@Export
@Version("1.0.0")
package org.ferrule.module;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
