package org.ferrule.config.internal;

import java.util.Optional;
import java.util.regex.Pattern;
import org.ferrule.config.kind.Addresses;
import org.ferrule.config.kind.PropertyDescriptor;
import org.ferrule.config.kind.PropertyType;

/** Whether a text is a value that a property may have, in the spelling that the tree stores. */
final class ValueCheck {
    private static final int MAX_PORT = 65535;
    private static final int MAX_TEXT = 65520;
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,19}");

    private ValueCheck() {}

    /**
     * What is wrong with a word of that type, if anything.
     *
     * @param type the property's type, or that of its words or keys
     */
    static Optional<String> problem(PropertyDescriptor property, PropertyType type, String value) {
        if (value.length() > MAX_TEXT) {
            return Optional.of("must not be longer than " + MAX_TEXT + " characters, not " + value.length());
        }
        if (value.indexOf('\0') >= 0) {
            return Optional.of("must not contain the character 0");
        }
        return fits(property, type, value)
                ? Optional.empty()
                : Optional.of("cannot be \"" + value + "\": expected " + expectation(property, type));
    }

    private static String expectation(PropertyDescriptor property, PropertyType type) {
        return type == property.type() ? property.expectation() : "a word in " + property.expectation();
    }

    private static boolean fits(PropertyDescriptor property, PropertyType type, String value) {
        return switch (type) {
            case STRING, SECRET, RULE -> true;
            case INTEGER -> number(value, property.min(), property.max());
            case CHOICE, FLAG -> property.choices().isEmpty() || property.hasChoice(value);
            case ADDRESS -> Addresses.isAddress(value);
            case PORT -> number(value, property.min(), Math.min(property.max(), MAX_PORT));
            case ENDPOINT -> endpoint(value, true);
            case SERVICE -> endpoint(value, false);
            case REFERENCE -> value.equals("none") || value.startsWith("/") && value.length() > 1;
            case LIST, ENTRIES, GROUP -> false;
        };
    }

    private static boolean endpoint(String value, boolean addressOnly) {
        String host = Addresses.host(value);
        String port = Addresses.port(value);
        boolean portFits = port.equals("any") || number(port, 0, MAX_PORT);
        return portFits && (addressOnly ? Addresses.isAddress(host) : !host.isEmpty());
    }

    private static boolean number(String value, long min, long max) {
        if (!NUMBER.matcher(value).matches()) {
            return false;
        }
        try {
            long number = Long.parseLong(value);
            return number >= min && number <= max;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
