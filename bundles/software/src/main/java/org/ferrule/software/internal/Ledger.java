package org.ferrule.software.internal;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The manifest in force, and what is wrong with what should be installed. Any thread. */
final class Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    private final Store store;
    private final Map<String, String> problems = new ConcurrentHashMap<>();
    private volatile Manifest manifest = Manifest.EMPTY;

    /** Takes up the manifest as it was last written; one that is damaged counts as none. */
    Ledger(Store store) throws IOException {
        this.store = store;
        try {
            manifest = store.manifest();
        } catch (Unacceptable e) {
            problem(
                    "manifest",
                    "The manifest of what should be installed " + e.getMessage().replaceFirst("^it ", "")
                            + "; it was put aside as " + store.putAside()
                            + ", and what the distribution has runs. Install the images again");
        }
    }

    Store store() {
        return store;
    }

    Manifest manifest() {
        return manifest;
    }

    /** Takes up what another version of this module wrote meanwhile. */
    synchronized void readAgain() {
        try {
            manifest = store.manifest();
        } catch (IOException | Unacceptable e) {
            LOG.warn("The manifest of what should be installed cannot be read: {}", e.getMessage());
        }
    }

    /** Changes the manifest; it is on disk when this returns. */
    synchronized void change(UnaryOperator<Manifest> by) throws IOException {
        Manifest changed = by.apply(manifest);
        store.write(changed);
        manifest = changed;
    }

    /** Says that something is wrong; a later problem with the same thing replaces it. */
    void problem(String with, String text) {
        LOG.warn("{}", text);
        problems.put(with, text);
    }

    void solved(String with) {
        problems.remove(with);
    }

    List<String> problems() {
        return problems.values().stream().sorted().toList();
    }
}
