package org.ferrule.codec.dictionary;

import org.osgi.annotation.versioning.ProviderType;

/** Keeps dictionaries with other appliances; the service of module dedup. Any thread. */
@ProviderType
public interface Deduplication {
    /** Name and version of the blocks and messages, such as {@code fdd-1}: de-duplication needs the same at both ends. */
    String codec();

    /**
     * The dictionary that is kept with a device, as it is now; another one after each {@link #refresh}.
     *
     * @param device the name of the trusted device at the other end
     */
    Dictionary dictionary(String device);

    /** Forgets everything that is kept with a device. The tunnel must tell the new {@link Dictionary#epoch()}. */
    void refresh(String device);

    /**
     * Calls whenever {@link #dictionary} gives others, or their obstacles may have changed. The listener must not wait.
     *
     * @return closed by who does not want to be called any more
     */
    AutoCloseable onChange(Runnable listener);
}
