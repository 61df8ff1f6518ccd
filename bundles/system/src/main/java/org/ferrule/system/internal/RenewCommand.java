package org.ferrule.system.internal;

import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.ferrule.config.ConfigException;
import org.ferrule.shell.RunCommand;
import org.ferrule.tls.DeviceTls;
import org.ferrule.tls.Fingerprint;

/**
 * {@code run cm renew}: gives the device a new key and certificate, or one that an authority made for its key.
 *
 * @param tls keeps the device's identity
 * @param changed sees to it that {@code cm device} tells the new one
 */
record RenewCommand(Supplier<Optional<DeviceTls>> tls, Runnable changed) implements RunCommand {
    private static final String CERTIFICATE = "certificate";

    @Override
    public String name() {
        return "cm renew";
    }

    @Override
    public String help() {
        return "Give this device a new key and certificate; trusted devices learn it as soon as they meet it";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(new Parameter(
                CERTIFICATE,
                "In PEM form, what an authority made of run sys crypto csr; the key stays. Without it, both are new"));
    }

    @Override
    public void run(Invocation invocation) throws ConfigException {
        DeviceTls device = tls.get().orElseThrow(() -> new ConfigException("module crypto is not running"));
        X509Certificate before = device.certificate();
        String pem = invocation.arguments().get(CERTIFICATE);
        try {
            if (pem == null) {
                device.renew();
            } else {
                device.install(Certificates.parse(pem));
            }
        } catch (CertificateException e) {
            throw new ConfigException(CERTIFICATE + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new ConfigException("The device certificate is not renewed: " + e.getMessage(), e);
        }
        changed.run();
        X509Certificate now = device.certificate();
        invocation
                .out()
                .println("The device certificate is " + Fingerprint.of(now) + " now, good until "
                        + now.getNotAfter().toInstant() + ".");
        invocation
                .out()
                .println("Trusted devices learn it when they next meet this one. Whoever does not meet it before "
                        + before.getNotAfter().toInstant() + ", or before it is renewed again, must be paired again.");
    }
}
