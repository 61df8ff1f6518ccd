package org.ferrule.software.internal;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.osgi.framework.Version;

/**
 * The running framework, as far as software is installed in it. One thread at a time; calls may wait for the framework.
 * All that changes something throws {@link IOException} with a message for people.
 */
interface Platform {
    /**
     * A bundle of the framework.
     *
     * @param id the framework's number for it
     * @param active whether it runs
     * @param startLevel where it starts
     * @param location where it was installed from
     * @param exports whether it exports packages
     */
    record Installed(
            long id,
            String symbolicName,
            Version version,
            boolean active,
            int startLevel,
            String location,
            boolean exports) {
        String named() {
            return symbolicName + " " + version;
        }
    }

    /**
     * A bundle that should run and does not.
     *
     * @param named its name and version
     * @param location where it is installed from
     * @param id its number; empty if it was taken away
     * @param startLevel where it starts
     */
    record Fallen(String named, String location, OptionalLong id, int startLevel) {}

    /** All bundles of the framework. */
    List<Installed> bundles();

    /** The bundle that asks, which cannot remove itself. */
    Installed self();

    /** SHA-256 of what the bundle was installed from; empty where that cannot be had any more. */
    Optional<String> sha256(Installed bundle);

    /** What the bundle was installed from. */
    byte[] content(Installed bundle) throws IOException;

    /** Installs a bundle without starting or resolving it; gives its number. */
    long install(String location, InputStream content, int startLevel) throws IOException;

    /**
     * What keeps installed bundles from running here beside what runs, in words: packages that nobody provides, or that
     * somebody provides already. Changes nothing.
     */
    List<String> conflicts(Set<Long> ids);

    /**
     * Resolves the bundles together.
     *
     * @throws IOException if they cannot be, or if bundles outside of them were resolved too
     */
    void resolve(Set<Long> ids) throws IOException;

    /** Starts a bundle. */
    void start(long id) throws IOException;

    /**
     * What the bundle lacks to do its work: components without what they refer to, services that its predecessor offers
     * and it does not. Empty if it is healthy.
     */
    List<String> ailments(long id, Optional<Long> predecessor);

    /**
     * What does not serve in the appliance as a whole, by what that is: checks of health that find a problem, virtual
     * servers and pools that are offline.
     */
    Map<String, String> problems() throws InterruptedException;

    /**
     * Bundles that stopped though nobody stopped them, or that are gone though a feature which is installed needs them.
     * What a person stops (Karaf's {@code bundle:stop}) is none of them, nor is one of which another version is there.
     */
    List<Fallen> fallen();

    /** Starts it, after having installed it if it is gone. */
    void raise(Fallen fallen) throws IOException;

    /** Tells the bundle to take nothing new. */
    void drain(long id);

    /** Tells the bundle to take what is new again. */
    void resume(long id);

    /** How many connections, flows or sessions still run in the bundle. */
    int users(long id);

    /** By what {@link #putBack} brings the bundle again once it was removed; empty if it belongs to no feature. */
    Optional<String> requirement(Installed bundle);

    /** Takes the bundle away for good, and only that. */
    void remove(long id) throws IOException;

    /** Installs and starts a bundle of the distribution again. */
    void putBack(String requirement) throws IOException;
}
