package org.ferrule.crypto.internal;

import java.security.cert.X509Certificate;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.ferrule.config.HostNames;

/** Whom certificates name. */
final class CertificateNames {
    private CertificateNames() {}

    /** The common name of the subject; the default host name if it has none. */
    static String commonName(X509Certificate certificate) {
        RDN[] names = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded())
                .getRDNs(BCStyle.CN);
        return names.length == 0
                ? HostNames.DEFAULT
                : IETFUtils.valueToString(names[0].getFirst().getValue());
    }
}
