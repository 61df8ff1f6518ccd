package org.ferrule.config;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.ferrule.config.kind.KindDescriptor;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The running configuration and the ways to change it. Methods may be called from any thread but an event loop;
 * transactions happen one after the other.
 */
@ProviderType
public interface Configuration {
    /** The running configuration. */
    ConfigTree running();

    /** All kinds known, sorted by name; those of modules that are away too. */
    Collection<KindDescriptor> kinds();

    /** The kind of that name. */
    default Optional<KindDescriptor> kind(String name) {
        return kinds().stream().filter(kind -> kind.name().equals(name)).findFirst();
    }

    /** Whether the module that owns the kind is running; changes to its objects are refused otherwise. */
    boolean available(String kind);

    /**
     * Makes all the changes, or none.
     *
     * @return the configuration that runs now
     * @throws ConfigException naming the object, the property and what would be right; nothing was changed
     */
    ConfigTree commit(List<Edit> edits) throws ConfigException;

    /** Writes the running configuration to the saved file, atomically; the one before is kept. Returns what was written. */
    List<Path> save() throws ConfigException;

    /** Whether the saved file says what runs: if not, a restart loses a change. Reads the file. */
    boolean saved();

    /**
     * Replaces the running configuration by the saved one.
     *
     * @throws ConfigException if the file is damaged or not acceptable; nothing was changed
     */
    ConfigTree load() throws ConfigException;

    /**
     * Loads text in the form that {@code save} writes.
     *
     * @param merge whether it is laid over what runs; otherwise it replaces that
     * @param verify whether to only check it
     * @param source what messages call the text: a file's name, "terminal"
     */
    ConfigTree load(String text, String source, boolean merge, boolean verify) throws ConfigException;

    /** Things to tell the next person who logs in, such as a saved file that was damaged; oldest first. */
    List<String> notices();
}
