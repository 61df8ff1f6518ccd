package org.ferrule.shell;

import java.security.PublicKey;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** Who may log in: the one home of users and roles, for SSH and for Karaf's own realm. May block for a moment. */
@ProviderType
public interface Users {
    /** The account, if there is such a user with this password. Takes as long for a user that does not exist. */
    Optional<Account> authenticate(String user, char[] password);

    /** The account, if the key is one of the user's. */
    Optional<Account> authenticate(String user, PublicKey key);
}
