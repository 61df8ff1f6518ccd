package org.ferrule.shell;

import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/** tmsh. Any thread may open a session; a session is used by one thread at a time. */
@ProviderType
public interface Shell {
    /**
     * Opens a session in {@code /Common}.
     *
     * @param facilities what this way in can offer to commands, by type, such as a terminal
     */
    ShellSession open(Account account, Map<Class<?>, Object> facilities);
}
