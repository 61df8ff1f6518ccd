package org.ferrule.isession.internal;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ferrule.stream.Stream;
import org.ferrule.traffic.TrustedDevices;

/** Who is trusted, as a test says. */
final class Trust implements TrustedDevices {
    /** Two devices, whose keys nobody has. */
    static final X509Certificate DC = certificate("""
            -----BEGIN CERTIFICATE-----
            MIIBbzCCARWgAwIBAgIUGfNCUOmDgkcTF2I6ClgjPX3GeF4wCgYIKoZIzj0EAwIw
            DTELMAkGA1UEAwwCZDEwHhcNMjYxMTI1MDcxNzExWhcNMzYxMTIyMDcxNzExWjAN
            MQswCQYDVQQDDAJkMTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABDG6mDU8NS0V
            KVi5o745lXA+y8EOC5fAODVPo0Oq8dNGZ7M/yytrPsfseLA9AyLyVcGS9lgTJ1Wo
            V9yv1+POJP2jUzBRMB0GA1UdDgQWBBShKRKARUhbuNeUrZxRqPkch0Le8jAfBgNV
            HSMEGDAWgBShKRKARUhbuNeUrZxRqPkch0Le8jAPBgNVHRMBAf8EBTADAQH/MAoG
            CCqGSM49BAMCA0gAMEUCIEh9eIC74llYesAHmPcPY7qHR9ktyWZdIScMdn3FgSj6
            AiEA1270yryqDQnt6+SHr/qyJ4Zcpma8B0DlAP5ugZFgIW8=
            -----END CERTIFICATE-----
            """);

    static final X509Certificate OTHER = certificate("""
            -----BEGIN CERTIFICATE-----
            MIIBbzCCARWgAwIBAgIUefZhJZQiLYjBsD0b4VLV1fcFbaMwCgYIKoZIzj0EAwIw
            DTELMAkGA1UEAwwCZDIwHhcNMjYxMTI1MDcxNzExWhcNMzYxMTIyMDcxNzExWjAN
            MQswCQYDVQQDDAJkMjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABM6BmU3EL8Ni
            AhSc5KtCmvy4hj7N44qqSUlwVun3gYXhv5LjNRLCm+atdPNw/vByduA9ZOdpZpeH
            YToh/a8f0XujUzBRMB0GA1UdDgQWBBShZjiAskzLB1EaUe+Xg4UC6PA4dzAfBgNV
            HSMEGDAWgBShZjiAskzLB1EaUe+Xg4UC6PA4dzAPBgNVHRMBAf8EBTADAQH/MAoG
            CCqGSM49BAMCA0gAMEUCIQDqWrQOEGpuW/1VYl8zyvcc+GPnVV0jyeHc+F9HufDS
            ngIgbduOJPsILJS+NU7DRc9F16MvjlPJgGAakfFuYpn19cU=
            -----END CERTIFICATE-----
            """);

    final Map<X509Certificate, String> devices = new HashMap<>(Map.of(DC, "dc"));
    final List<Runnable> listeners = new ArrayList<>();
    final List<Stream> pairing = new ArrayList<>();

    private static X509Certificate certificate(String pem) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Trusts these and no others, and tells. */
    void only(Map<X509Certificate, String> trusted) {
        devices.clear();
        devices.putAll(trusted);
        listeners.forEach(Runnable::run);
    }

    @Override
    public Optional<String> trusted(X509Certificate certificate) {
        return Optional.ofNullable(devices.get(certificate));
    }

    @Override
    public void pair(Stream stream, X509Certificate with) {
        pairing.add(stream);
    }

    @Override
    public AutoCloseable onChange(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
