/** Choosing how data is compressed, block by block, from what is measured. */
@Export
@Version("1.1.0")
package org.ferrule.codec.adaptive;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
