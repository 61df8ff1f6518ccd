package org.ferrule.lab.chaos;

/** What must hold under a fault did not. */
final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Broken(String message) {
        super(message);
    }
}
