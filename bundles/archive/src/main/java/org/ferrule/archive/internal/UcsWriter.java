package org.ferrule.archive.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Configuration;
import org.ferrule.config.HostNames;
import org.ferrule.config.ObjectId;
import org.ferrule.config.Secrets;

/**
 * Saves the configuration, and makes archives of that and what belongs to it.
 *
 * @param files the appliance's files
 * @param version what the archive says that it was written by
 * @param clock tells when
 */
record UcsWriter(HomeFiles files, String version, Clock clock) {
    static final String CHECKED = "ferrule-ucs";

    private static final int TRIES = 10;
    private static final String SETTINGS = "sys global-settings";

    /**
     * Saves what runs, and makes an archive of it.
     *
     * @param passphrase encrypts it; null leaves the secrets in it sealed under the appliance's master key
     * @param keys whether private keys go along
     * @return what to write into the archive's file
     */
    byte[] make(Configuration configuration, Secrets secrets, String passphrase, boolean keys) throws ConfigException {
        SecretForm form = new SecretForm(secrets, passphrase != null);
        try {
            Map<String, byte[]> contents = new TreeMap<>();
            collect(form, keys, contents);
            contents.put(Contents.CONFIGURATION, configuration(configuration, form));
            String check = passphrase == null ? secrets.seal(CHECKED.getBytes(StandardCharsets.US_ASCII)) : "";
            Facts facts = new Facts(
                    Facts.FORMAT,
                    Facts.PRODUCT,
                    version,
                    hostname(configuration),
                    clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
                    keys,
                    check,
                    Contents.facts(contents),
                    null);
            byte[] bytes = TarForm.write(new Contents(facts, contents));
            // What could not be loaded must not be believed in until that day.
            TarForm.read(bytes);
            return passphrase == null ? bytes : Envelope.close(bytes, facts, passphrase);
        } catch (IOException e) {
            throw new ConfigException("The archive cannot be made: " + e.getMessage(), e);
        }
    }

    private void collect(SecretForm form, boolean keys, Map<String, byte[]> into) throws IOException, ConfigException {
        for (Map.Entry<String, byte[]> file : files.keysAndCertificates().entrySet()) {
            String name = file.getKey();
            boolean secret = HomeFiles.secret(file.getValue());
            // The certificate of a device is nothing without its key.
            if (!keys && (secret || name.equals(Contents.DEVICE_CERTIFICATE))) {
                continue;
            }
            try {
                into.put(name, secret ? form.archived(file.getValue()) : file.getValue());
            } catch (ConfigException e) {
                throw new ConfigException("The archive cannot be made: " + name + ": " + e.getMessage(), e);
            }
        }
    }

    private byte[] configuration(Configuration configuration, SecretForm form) throws IOException, ConfigException {
        for (int i = 0; i < TRIES; i++) {
            ConfigTree running = configuration.running();
            configuration.save();
            byte[] saved = files.content(Contents.CONFIGURATION);
            // Else somebody changed it meanwhile, and what is secret in the file might not be known.
            if (saved != null && configuration.running() == running) {
                Set<String> secrets = ConfigurationText.secrets(running, configuration::kind);
                String text = new String(saved, StandardCharsets.UTF_8);
                return archived(text, secrets, form).getBytes(StandardCharsets.UTF_8);
            }
        }
        throw new ConfigException("The archive cannot be made: the configuration is being changed; try again");
    }

    private static String archived(String text, Set<String> secrets, SecretForm form) throws ConfigException {
        try {
            return ConfigurationText.archived(text, secrets, form);
        } catch (ConfigException e) {
            throw new ConfigException(
                    "The archive cannot be made: a secret of the configuration: " + e.getMessage(), e);
        }
    }

    static String hostname(Configuration configuration) {
        return configuration
                .kind(SETTINGS)
                .flatMap(kind -> configuration.running().resolve(kind, ObjectId.singleton(SETTINGS)))
                .map(settings -> (String) settings.get("hostname"))
                .orElse(HostNames.DEFAULT);
    }
}
