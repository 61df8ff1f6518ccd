package org.ferrule.compression.internal;

import org.ferrule.codec.adaptive.AdaptiveCompression;
import org.ferrule.codec.adaptive.FibreChooser;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Offers adaptive compression to tunnels; keeps nothing itself. */
@Component
public final class AdaptiveService implements AdaptiveCompression {
    @Activate
    public AdaptiveService() {
        // Fibres keep what is measured.
    }

    @Override
    public FibreChooser fibre() {
        return new Fibre();
    }
}
