package org.ferrule.isession.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ferrule.shell.LiveValues;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Tells the shell which codecs are installed, for {@code compression-codecs}. */
@Component
public final class CodecValues implements LiveValues {
    private final IsessionService isessions;

    @Activate
    public CodecValues(@Reference IsessionService isessions) {
        this.isessions = isessions;
    }

    @Override
    public String kind() {
        return IsessionProfile.KIND;
    }

    @Override
    public String property() {
        return "compression-codecs";
    }

    @Override
    public String title() {
        return "codec";
    }

    @Override
    public Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        isessions.core().services().codecs().bestOfEach().forEach(codec -> values.put(codec.name(), codec.help()));
        return values;
    }
}
