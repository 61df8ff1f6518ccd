/** Versions of a module that run side by side while it is replaced: choosing one, and letting the old one end. */
@Export
@Version("1.1.0")
package org.ferrule.module;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
