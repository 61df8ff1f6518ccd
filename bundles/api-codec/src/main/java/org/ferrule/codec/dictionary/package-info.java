/**
 * De-duplication: what two appliances have exchanged before is sent as a reference to it.
 *
 * <p>Both ends keep the same bytes, the dictionary. The tunnel carries the dictionary's own messages and blocks without
 * knowing what is in them; module dedup makes and reads them.
 */
@Export
@Version("1.0.0")
package org.ferrule.codec.dictionary;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
