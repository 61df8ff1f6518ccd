package org.ferrule.tmsh.internal;

import java.util.Locale;
import org.ferrule.shell.Account.Role;

/** The first word of a command. */
enum Verb {
    CD("Changes the current folder", Role.GUEST),
    CREATE("Makes an object", Role.ADMIN),
    DELETE("Removes an object", Role.ADMIN),
    EXIT("Ends the session", Role.NO_ACCESS),
    HELP("Tells what can be typed: help, help ltm pool, help ltm pool members", Role.NO_ACCESS),
    INSTALL("Installs software", Role.ADMIN),
    LIST("Shows the configuration", Role.GUEST),
    LOAD("Loads the saved configuration, a file, or an archive", Role.ADMIN),
    MODIFY("Changes an object", Role.OPERATOR),
    PWD("Shows the current folder", Role.GUEST),
    QUIT("Ends the session", Role.NO_ACCESS),
    REBOOT("Restarts the appliance, or boots another volume", Role.ADMIN),
    RUN("Runs a command that does something once", Role.GUEST),
    SAVE("Saves the running configuration, or an archive of it", Role.ADMIN),
    SHOW("Shows how objects fare", Role.GUEST);

    private final String help;
    private final Role role;

    Verb(String help, Role role) {
        this.help = help;
        this.role = role;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    String help() {
        return help;
    }

    /** The least role that may say it; what it is about may need more. */
    Role role() {
        return role;
    }
}
