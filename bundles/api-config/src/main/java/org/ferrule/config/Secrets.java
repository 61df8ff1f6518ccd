package org.ferrule.config;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Encrypts what must not be stored in the clear, under the appliance's master key. Any thread.
 *
 * <p>A sealed value is text that begins with {@code $M$}, as in TMOS.
 */
@ProviderType
public interface Secrets {
    /** Begins every sealed value. */
    String PREFIX = "$M$";

    /** Encrypts and authenticates; the same bytes give a different text each time. */
    String seal(byte[] plain);

    /**
     * Undoes {@link #seal}.
     *
     * @throws ConfigException if the text was not sealed under this master key, or was changed
     */
    byte[] open(String sealed) throws ConfigException;
}
