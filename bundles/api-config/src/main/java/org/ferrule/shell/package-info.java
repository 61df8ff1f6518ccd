/** The shell: sessions, what they run, what they show, and who may use them. */
@Export
@Version("1.1.0")
package org.ferrule.shell;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
