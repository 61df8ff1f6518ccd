package org.ferrule.compression.internal;

import org.ferrule.codec.adaptive.AdaptiveCompression;
import org.ferrule.codec.adaptive.FibreChooser;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Offers adaptive compression to tunnels; fibres keep what they measure, but for what all of them share. */
@Component
public final class AdaptiveService implements AdaptiveCompression {
    private final Experience experience = new Experience();

    @Activate
    public AdaptiveService() {
        // Begins with nothing.
    }

    @Override
    public FibreChooser fibre() {
        return new Fibre(experience);
    }
}
