package org.ferrule.archive.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ferrule.config.ConfigException;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;

/**
 * {@code show sys ucs}: the archives, and what each says of itself.
 *
 * @param folder where they are
 */
record UcsStatus(UcsFolder folder) implements StatusProvider {
    static final String KIND = "sys ucs";

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Optional<KindDescriptor> described() {
        return Optional.of(new KindDescriptor(
                KIND, "Archive", "Archives of the configuration, with keys and certificates", false, 1, List.of()));
    }

    @Override
    public List<Status> status() {
        List<Status> statuses = new ArrayList<>();
        for (String name : folder.names()) {
            statuses.add(status(name));
        }
        return statuses;
    }

    private Status status(String name) {
        try {
            return new Status(name, Availability.AVAILABLE, true, "The archive can be read", values(name));
        } catch (ConfigException e) {
            return new Status(
                    name, Availability.OFFLINE, true, "The archive cannot be used: " + e.getMessage(), Map.of());
        }
    }

    /** What an archive is like, by the names that TMOS has for it. */
    Map<String, Object> values(String name) throws ConfigException {
        Path file = folder.existing(name);
        Facts facts = folder.facts(file);
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("filename", file.toString());
        values.put("file-size", size(file) + " (in bytes)");
        values.put("file-created-date", facts.created());
        values.put("encrypted", facts.encrypted() ? "yes" : "no");
        values.put("private-keys", facts.privateKeys() ? "yes" : "no");
        values.put("hostname", facts.hostname());
        values.put("product", facts.product());
        values.put("version", facts.version());
        return values;
    }

    private static long size(Path file) throws ConfigException {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new ConfigException(file + " cannot be read: " + e, e);
        }
    }
}
