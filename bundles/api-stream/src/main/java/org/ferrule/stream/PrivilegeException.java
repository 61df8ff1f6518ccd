package org.ferrule.stream;

import java.io.IOException;

/** The process lacks a Linux capability. */
public final class PrivilegeException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean afterRestart;

    /**
     * @param message what cannot be had, what is missing, and what a person does about it
     * @param afterRestart whether the process has the capability once it is started again with a configuration that needs it
     */
    public PrivilegeException(String message, boolean afterRestart) {
        super(message);
        this.afterRestart = afterRestart;
    }

    /** Whether it is worth while to keep what was asked for, until the process is started again. */
    public boolean afterRestart() {
        return afterRestart;
    }
}
