package org.ferrule.config.internal;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.Edit;
import org.ferrule.config.kind.KindDescriptor;

/** Writes objects as text and reads them back. */
interface TextCodec {
    /** One object with its full name, as it stands in a configuration file; ends with a new line. */
    String write(KindDescriptor kind, ConfigObject object);

    /**
     * The objects of a text.
     *
     * @param source what messages call the text
     * @throws ConfigException naming the line and what is wrong there
     */
    List<Edit.Create> parse(String text, String source, Function<String, Optional<KindDescriptor>> kinds)
            throws ConfigException;
}
