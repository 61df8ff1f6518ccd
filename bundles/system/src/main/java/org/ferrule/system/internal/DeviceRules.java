package org.ferrule.system.internal;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Draft;
import org.ferrule.config.HostNames;
import org.ferrule.config.ObjectId;
import org.ferrule.tls.Fingerprint;

/**
 * Keeps {@code cm device} being this appliance under its host name, and {@code cm trusted-device} telling the fingerprint
 * of its certificate. Because every transaction is completed here, a new host name and the device's new name are one change.
 */
final class DeviceRules {
    private static final String CERTIFICATE = "certificate";
    private static final String FINGERPRINT = "fingerprint";
    private static final String PREVIOUS = "previous-certificate";

    private final Supplier<Optional<X509Certificate>> own;
    private final String version;

    /**
     * @param own this appliance's certificate, if the module that keeps it is running
     * @param version of the appliance's software
     */
    DeviceRules(Supplier<Optional<X509Certificate>> own, String version) {
        this.own = own;
        this.version = version;
    }

    static String hostname(ConfigTree tree) {
        return tree.view(GlobalSettings.class, "").map(GlobalSettings::hostname).orElse(HostNames.DEFAULT);
    }

    void complete(Draft draft) throws ConfigException {
        String hostname = hostname(draft.now());
        checkHostname(hostname);
        completeSelf(draft, hostname);
        for (ObjectId id : List.copyOf(draft.changed())) {
            if (id.kind().equals(TrustedDevice.KIND) && draft.now().own().containsKey(id)) {
                completeTrusted(draft, draft.now().own().get(id));
            }
        }
    }

    private static void checkHostname(String hostname) throws ConfigException {
        if (!HostNames.valid(hostname)) {
            throw ConfigException.invalid("Global Settings: hostname \"" + hostname
                    + "\" is not a host name: at most 64 letters, digits, hyphens and dots");
        }
    }

    private void completeSelf(Draft draft, String hostname) {
        ObjectId self = Device.id(hostname);
        ConfigObject before = draft.now().own().get(self);
        Object description = before == null ? null : before.properties().get("description");
        for (ObjectId id : draft.before().ids(Device.KIND)) {
            if (!id.equals(self) && draft.now().own().containsKey(id)) {
                // The name that the appliance had: what people wrote goes along.
                description = draft.now().own().get(id).properties().get("description");
                draft.remove(id);
            }
        }
        Map<String, Object> properties = new LinkedHashMap<>();
        if (description != null) {
            properties.put("description", description);
        }
        own.get().ifPresent(certificate -> {
            properties.put(CERTIFICATE, Certificates.pem(certificate));
            properties.put(FINGERPRINT, Fingerprint.of(certificate));
            properties.put("version", version);
            if (before == null || !before.properties().equals(properties)) {
                draft.put(self, properties);
            }
        });
    }

    private static void completeTrusted(Draft draft, ConfigObject device) throws ConfigException {
        if (!(device.properties().get(CERTIFICATE) instanceof String pem)) {
            return;
        }
        try {
            X509Certificate certificate = Certificates.parse(pem);
            Map<String, Object> properties = new LinkedHashMap<>(device.properties());
            properties.put(CERTIFICATE, Certificates.pem(certificate));
            properties.put(FINGERPRINT, Fingerprint.of(certificate));
            checkPrevious(properties.get(PREVIOUS));
            if (!properties.equals(device.properties())) {
                draft.put(device.id(), properties);
            }
        } catch (CertificateException e) {
            throw ConfigException.invalid(
                    "Trusted Device (" + device.id().name() + "): certificate: " + e.getMessage());
        }
    }

    private static void checkPrevious(Object text) throws CertificateException {
        if (text != null && !text.equals("") && !text.equals(TrustedDevice.NONE)) {
            Certificates.parse(text.toString());
        }
    }

    /** Refuses devices that are not this appliance, and one certificate under two names. */
    void check(ConfigTree proposed) throws ConfigException {
        ObjectId self = Device.id(hostname(proposed));
        for (ObjectId id : proposed.ids(Device.KIND)) {
            if (!id.equals(self)) {
                throw ConfigException.invalid(
                        "Device (" + id.name() + "): only this appliance itself is a device, named " + self.name()
                                + "; others are trusted devices, which run cm pair makes");
            }
        }
        Map<String, String> names = new LinkedHashMap<>();
        for (Map.Entry<String, TrustedDevice> entry :
                proposed.views(TrustedDevice.class).entrySet()) {
            String other = names.putIfAbsent(String.valueOf(entry.getValue().fingerprint()), entry.getKey());
            if (other != null) {
                throw ConfigException.invalid("Trusted Device (" + entry.getKey() + "): " + other
                        + " has the same certificate; delete one of them");
            }
        }
    }

    /** Whether this appliance should be a device in the tree, and is not. */
    boolean missing(ConfigTree tree) {
        return own.get().isPresent() && tree.get(Device.id(hostname(tree))).isEmpty();
    }

    /**
     * Whether the tree tells this appliance's certificate wrong.
     *
     * @param versionToo whether the version counts too. To be asked once a start only: while two versions of this module
     *     run side by side, each would correct the other for ever
     */
    boolean outdated(ConfigTree tree, boolean versionToo) {
        Optional<Device> device =
                tree.view(Device.class, Device.id(hostname(tree)).name());
        return own.get().isPresent()
                && device.isPresent()
                && !(Fingerprint.of(own.get().get()).equals(device.get().fingerprint())
                        && (!versionToo || version.equals(device.get().version())));
    }
}
