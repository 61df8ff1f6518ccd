package org.ferrule.archive.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.Configuration;
import org.ferrule.config.Secrets;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.text.TextForm;

/**
 * Loads archives, wholly or not at all: checks everything, remembers what the files are, puts the archive's in their place,
 * loads and saves the configuration, and forgets. What fails on the way puts all back.
 *
 * @param files the appliance's files
 * @param undo remembers them
 */
record UcsLoader(HomeFiles files, Undo undo) {
    /**
     * What was done.
     *
     * @param facts what the archive says of itself
     * @param replaced the names of files other than the configuration that are not what they were
     */
    record Loaded(Facts facts, Set<String> replaced) {
        /** Whether something was replaced that is only read at start. */
        boolean restart() {
            return replaced.stream().anyMatch(name -> name.startsWith("keys/"));
        }
    }

    /**
     * Loads an archive; one at a time.
     *
     * @param name what messages call it
     * @param bytes its file
     * @param passphrase null if none was given
     * @throws ConfigException saying why nothing was changed
     */
    Loaded load(Configuration configuration, Secrets secrets, String name, byte[] bytes, String passphrase)
            throws ConfigException {
        boolean encrypted = Envelope.encrypted(bytes);
        if (encrypted && passphrase == null) {
            throw new ConfigException(
                    "it is encrypted; give the passphrase: load sys ucs " + name + " passphrase TEXT");
        }
        Contents contents = TarForm.read(encrypted ? Envelope.open(bytes, passphrase) : bytes);
        SecretForm form = new SecretForm(secrets, encrypted);
        if (!encrypted) {
            checkOwn(contents.facts(), secrets);
        }
        byte[] archived = contents.files().get(Contents.CONFIGURATION);
        if (archived == null) {
            throw new ConfigException("there is no configuration in it");
        }
        String text = ConfigurationText.restored(new String(archived, StandardCharsets.UTF_8), form);
        Map<String, byte[]> changed = changed(contents.files(), form, secrets);
        carryOut(configuration, name, text, changed);
        return new Loaded(contents.facts(), changed.keySet());
    }

    private static void checkOwn(Facts facts, Secrets secrets) throws ConfigException {
        try {
            if (Arrays.equals(secrets.open(facts.check()), UcsWriter.CHECKED.getBytes(StandardCharsets.US_ASCII))) {
                return;
            }
        } catch (ConfigException e) {
            throw new ConfigException(
                    "it was saved without a passphrase by " + facts.hostname() + ", under another master key: its"
                            + " secrets can be opened there only. Save it there with a passphrase",
                    e);
        }
        throw new ConfigException("it is damaged: its master key cannot be told");
    }

    /** The files, as the appliance keeps them, that are not what it has. */
    private Map<String, byte[]> changed(Map<String, byte[]> archived, SecretForm form, Secrets secrets)
            throws ConfigException {
        Map<String, byte[]> changed = new TreeMap<>();
        try {
            for (Map.Entry<String, byte[]> file : archived.entrySet()) {
                byte[] restored = form.restored(file.getValue());
                boolean other = !file.getKey().equals(Contents.CONFIGURATION);
                if (other && !same(files.content(file.getKey()), restored, secrets)) {
                    changed.put(file.getKey(), restored);
                }
            }
            return changed;
        } catch (IOException e) {
            throw new ConfigException("the files that are here cannot be read: " + e.getMessage(), e);
        }
    }

    /** Whether both say the same, sealed or not: what is sealed again never looks the same. */
    private static boolean same(byte[] here, byte[] there, Secrets secrets) {
        if (here == null) {
            return false;
        }
        try {
            return Arrays.equals(opened(here, secrets), opened(there, secrets));
        } catch (ConfigException damaged) {
            return false;
        }
    }

    private static byte[] opened(byte[] content, Secrets secrets) throws ConfigException {
        return SecretForm.sealed(content)
                ? secrets.open(new String(content, StandardCharsets.ISO_8859_1).strip())
                : content;
    }

    private void carryOut(Configuration configuration, String name, String text, Map<String, byte[]> changed)
            throws ConfigException {
        String before = text(configuration);
        boolean loaded = false;
        try {
            Set<String> all = new TreeSet<>(changed.keySet());
            all.add(Contents.CONFIGURATION);
            undo.begin(name, all);
            for (Map.Entry<String, byte[]> file : changed.entrySet()) {
                files.put(file.getKey(), file.getValue());
            }
            configuration.load(text, name, false, false);
            loaded = true;
            configuration.save();
            undo.end();
        } catch (IOException | ConfigException | RuntimeException e) {
            throw undone(e, configuration, loaded ? before : null);
        }
    }

    private ConfigException undone(Exception cause, Configuration configuration, String before) {
        try {
            undo.putBack();
            if (before != null) {
                configuration.load(before, "what ran before", false, false);
            }
            return new ConfigException(cause.getMessage() + "; nothing was changed", cause);
        } catch (IOException | ConfigException | RuntimeException e) {
            cause.addSuppressed(e);
            return new ConfigException(
                    cause.getMessage() + "; and what was before cannot be put back now: " + e.getMessage()
                            + ". A restart of the appliance tries that again",
                    cause);
        }
    }

    /** What runs, as text. */
    private static String text(Configuration configuration) {
        StringBuilder text = new StringBuilder();
        for (ConfigObject object : configuration.running().own().values()) {
            KindDescriptor kind = configuration.kind(object.id().kind()).orElseThrow();
            text.append(TextForm.write(kind, object, ""));
        }
        return text.toString();
    }
}
