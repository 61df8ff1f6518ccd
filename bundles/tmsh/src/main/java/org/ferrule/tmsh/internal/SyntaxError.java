package org.ferrule.tmsh.internal;

import java.util.Collection;
import org.ferrule.config.ConfigException;

/** A command that cannot be understood. */
final class SyntaxError extends ConfigException {
    private static final long serialVersionUID = 1L;

    SyntaxError(String message) {
        super("Syntax Error: " + message);
    }

    static SyntaxError unexpected(String word) {
        return new SyntaxError("unexpected argument \"" + word + "\"");
    }

    static SyntaxError ambiguous(String word, Collection<String> candidates) {
        return new SyntaxError("\"" + word + "\" is ambiguous: it may be " + String.join(", ", candidates));
    }
}
