package org.ferrule.codec.adaptive;

import org.osgi.annotation.versioning.ProviderType;

/** Chooses codec and level for the blocks of tunnels; the service of module compression. Any thread. */
@ProviderType
public interface AdaptiveCompression {
    /** A chooser for a fibre that begins. */
    FibreChooser fibre();
}
