package org.ferrule.system.internal;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Secrets;

/** Opens a secret property, which is sealed where the configuration seals what is typed. */
record Unsealer(Supplier<Optional<Secrets>> secrets) {
    /**
     * The text; unchanged if it is not sealed.
     *
     * @param object whose secret it is, for the message if it cannot be opened
     * @param field the property that holds it
     */
    String open(String object, String field, String value) throws ConfigException {
        if (!value.startsWith(Secrets.PREFIX)) {
            return value;
        }
        Secrets opener = secrets.get()
                .orElseThrow(
                        () -> new ConfigException("A sealed value cannot be opened: module crypto is not running"));
        try {
            return new String(opener.open(value), StandardCharsets.UTF_8);
        } catch (ConfigException e) {
            throw ConfigException.undecipherable(field, object, e);
        }
    }
}
