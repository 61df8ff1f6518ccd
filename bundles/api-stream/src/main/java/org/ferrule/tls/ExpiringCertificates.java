package org.ferrule.tls;

import java.security.cert.X509Certificate;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Certificates that somebody should renew in time; registered as an OSGi service by the module that uses them. The module
 * system warns of them once a day. Any thread.
 */
@ConsumerType
public interface ExpiringCertificates {
    /** The certificates that are in use now. */
    List<Used> certificates();

    /**
     * A certificate in use.
     *
     * @param what whose it is, as the beginning of a sentence: "The device certificate"
     * @param certificate the certificate
     * @param remedy what to do about its end, as a sentence without a full stop
     */
    record Used(String what, X509Certificate certificate, String remedy) {}
}
