package org.ferrule.system.internal;

import java.util.List;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Choice;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;
import org.ferrule.config.kind.PropertyType;
import org.ferrule.shell.Account;

/** Someone who may log in. The last part of the object's name is the login name. */
@Kind(value = User.KIND, title = "user", help = "Who may log in, and what they may do")
record User(
        @Property(
                help = "A new password, of at least 12 characters; only its hash is kept, in encrypted-password",
                type = PropertyType.SECRET)
        String password,

        @Property(
                help = "The hash of the password, as another appliance lists it; none lets no password in",
                type = PropertyType.SECRET)
        String encryptedPassword,

        @Property(help = "What the user may do", initial = "guest")
        Role role,

        @Property(help = "Where a login lands", initial = "tmsh")
        Shell shell,

        @Property(help = "Keys that log in without a password, as OpenSSH writes them: \"ssh-ed25519 AAAA... comment\"")
        List<String> publicKeys,

        @Property(help = "Text for people") String description) {
    static final String KIND = "auth user";

    /** What a user may do. */
    enum Role {
        @Choice("Everything, Karaf's console too")
        ADMIN,
        @Choice("Look, and switch nodes, members and virtual servers on and off")
        OPERATOR,
        @Choice("Look")
        GUEST,
        @Choice("Nothing: the user cannot log in")
        NO_ACCESS;

        Account.Role account() {
            return Account.Role.valueOf(name());
        }
    }

    /** Where a login lands. */
    enum Shell {
        @Choice("This shell")
        TMSH,
        @Choice("Karaf's console; for role admin only")
        KARAF,
        @Choice("Nowhere: no interactive login")
        NONE
    }

    static ObjectId id(String login) {
        return new ObjectId(KIND, ObjectId.COMMON + "/" + login);
    }

    boolean hasPassword() {
        return encryptedPassword != null && !encryptedPassword.isEmpty() && !encryptedPassword.equals("none");
    }

    /** Whether the appliance can be administered through this user. */
    boolean administers() {
        return role == Role.ADMIN && shell != Shell.NONE && (hasPassword() || !publicKeys.isEmpty());
    }
}
