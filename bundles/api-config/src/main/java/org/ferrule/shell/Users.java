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

    /**
     * The account as the configuration has it now; empty if there is no such user, or none that may log in. Quick; any
     * thread.
     */
    Optional<Account> account(String user);

    /**
     * Tells when accounts came, went, or may do something else than before; on the thread that changed them, so that the
     * listener must be quick. To close what is returned ends that.
     */
    AutoCloseable onChange(Runnable listener);
}
