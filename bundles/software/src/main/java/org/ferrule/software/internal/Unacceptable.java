package org.ferrule.software.internal;

/** Software that is not installed. The message says what is wrong with it, for the person who brought it. */
final class Unacceptable extends Exception {
    private static final long serialVersionUID = 1L;

    Unacceptable(String message) {
        super(message);
    }

    Unacceptable(String message, Throwable cause) {
        super(message, cause);
    }
}
