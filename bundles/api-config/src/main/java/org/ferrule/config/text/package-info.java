/** The text form of the configuration: words, properties and objects, read and written in one place. */
@Export
@Version("1.0.0")
package org.ferrule.config.text;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
