package org.ferrule.system.internal;

import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.ferrule.config.Assign;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Configuration;
import org.ferrule.config.Edit;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Addresses;
import org.ferrule.tls.Fingerprint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts an appliance that was paired into the configuration, and saves that. Blocks: not for event loops. */
record TrustKeeper(Supplier<Optional<Configuration>> configuration) {
    private static final Logger LOG = LoggerFactory.getLogger(TrustKeeper.class);

    /**
     * Trusts the appliance from now on. One that is trusted already under its certificate keeps its name here; one with the
     * name of another is taken for the same device with a new certificate, as after its keys were lost.
     *
     * @return what to tell people: "Paired with dc (fingerprint …)"
     */
    String trust(PairingParty.Peer peer, InetAddress address) throws ConfigException {
        Configuration now = configuration
                .get()
                .orElseThrow(
                        () -> new ConfigException("Pairing needs the configuration: module config is not running"));
        ConfigTree running = now.running();
        String fingerprint = Fingerprint.of(peer.certificate());
        ObjectId named = TrustedDevice.id(peer.name());
        ObjectId id = known(running, fingerprint).orElse(named);
        boolean exists = running.get(id).isPresent();
        boolean replaced = exists
                && running.view(TrustedDevice.class, id.name())
                        .filter(device -> fingerprint.equals(device.fingerprint()))
                        .isEmpty();
        List<Assign> assigns = new ArrayList<>();
        assigns.add(new Assign.Value("certificate", Certificates.pem(peer.certificate())));
        assigns.add(new Assign.Value("address", Addresses.text(address)));
        if (replaced) {
            // The old one may be in wrong hands: that may be why they pair again.
            assigns.add(new Assign.Value("previous-certificate", TrustedDevice.NONE));
        }
        now.commit(List.of(exists ? new Edit.Modify(id, assigns) : new Edit.Create(id, assigns)));
        now.save();
        String text = "Paired with " + id.shortName() + " (fingerprint " + fingerprint + ")";
        LOG.info("{} at {}", text, Addresses.text(address));
        return replaced
                ? text + "\nThis replaces the certificate that " + id.shortName() + " had before. If that was another"
                        + " appliance, give each a host name of its own and pair again"
                : text;
    }

    /** Keeps a certificate by which a trusted device has replaced its own; the one before stays trusted for a time. */
    void renewed(String name, X509Certificate before, X509Certificate certificate) {
        Optional<Configuration> now = configuration.get();
        Optional<TrustedDevice> device = now.flatMap(c ->
                c.running().view(TrustedDevice.class, TrustedDevice.id(name).name()));
        if (device.filter(d -> Fingerprint.of(before).equals(d.fingerprint())).isEmpty()) {
            return;
        }
        try {
            now.get()
                    .commit(List.of(new Edit.Modify(
                            TrustedDevice.id(name),
                            List.of(
                                    new Assign.Value("certificate", Certificates.pem(certificate)),
                                    new Assign.Value("previous-certificate", Certificates.pem(before))))));
            now.get().save();
            LOG.info("{} has renewed its certificate: {}", name, Fingerprint.of(certificate));
        } catch (ConfigException e) {
            LOG.warn("The renewed certificate of {} cannot be kept: {}", name, e.getMessage());
        }
    }

    private static Optional<ObjectId> known(ConfigTree tree, String fingerprint) {
        return tree.views(TrustedDevice.class).entrySet().stream()
                .filter(entry -> fingerprint.equals(entry.getValue().fingerprint()))
                .map(Map.Entry::getKey)
                .map(name -> new ObjectId(TrustedDevice.KIND, name))
                .findFirst();
    }
}
