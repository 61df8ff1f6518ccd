package org.ferrule.shell;

/**
 * Someone who has logged in.
 *
 * @param name the {@code auth user}
 * @param role what the user may do
 * @param shell where a login lands: {@code tmsh}, {@code karaf} or {@code none}
 */
public record Account(String name, Role role, String shell) {
    /** What a user may do; each role may do what those before it may. */
    public enum Role {
        /** Nothing. */
        NO_ACCESS,
        /** Look: {@code list}, {@code show}, {@code help}. */
        GUEST,
        /** Look, and switch nodes, members and virtual servers on and off. */
        OPERATOR,
        /** Everything, Karaf's console too. */
        ADMIN
    }

    /** Whether the role is this one or a greater one. */
    public boolean may(Role needed) {
        return role.compareTo(needed) >= 0;
    }
}
