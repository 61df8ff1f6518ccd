package org.ferrule.config.internal;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.Edit;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.text.TextForm;

/** The text that the shell's {@code list} shows, with full names. */
final class FerruleText implements TextCodec {
    @Override
    public String write(KindDescriptor kind, ConfigObject object) {
        return TextForm.write(kind, object, "");
    }

    @Override
    public List<Edit.Create> parse(String text, String source, Function<String, Optional<KindDescriptor>> kinds)
            throws ConfigException {
        return TextForm.parse(text, source, kinds);
    }
}
