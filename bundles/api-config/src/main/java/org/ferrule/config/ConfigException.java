package org.ferrule.config;

/**
 * A change that cannot be made. The message is for the person who asked: what is wrong, in which object and property,
 * and what would be right; with TMOS's code in front where TMOS has one.
 */
public class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }

    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }

    /** "The requested Pool (/Common/x) was not found." with TMOS's code; {@code hint} says what would be right, or "". */
    public static ConfigException notFound(String title, String name, String hint) {
        return new ConfigException(
                spaced("01020036:3: The requested " + title + " (" + name + ") was not found.", hint));
    }

    /** "The requested Pool (/Common/x) already exists in partition Common." with TMOS's code. */
    public static ConfigException exists(String title, String name) {
        return new ConfigException(
                "01020066:3: The requested " + title + " (" + name + ") already exists in partition Common.");
    }

    /** "Configuration error: …" with TMOS's code. */
    public static ConfigException invalid(String detail) {
        return new ConfigException("01070734:3: Configuration error: " + detail);
    }

    /** "Decryption of the field (password) for object (/Common/anna) failed." with TMOS's code, and why. */
    public static ConfigException undecipherable(String field, String object, ConfigException why) {
        return new ConfigException(
                "01071769:3: Decryption of the field (" + field + ") for object (" + object + ") failed. "
                        + why.getMessage(),
                why);
    }

    private static String spaced(String message, String hint) {
        return hint.isEmpty() ? message : message + " " + hint;
    }
}
