package org.ferrule.ssh.internal;

import java.util.List;
import java.util.stream.Stream;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.OptionalFeature;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.compression.Compression;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.kex.KeyExchangeFactory;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.mac.Mac;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.security.SecurityProviderRegistrar;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.common.util.security.SunJCESecurityProviderRegistrar;
import org.apache.sshd.common.util.security.bouncycastle.BouncyCastleSecurityProviderRegistrar;
import org.apache.sshd.server.ServerBuilder;

/** What the server offers a client, strongest first: no SHA-1, no CBC, no MAC before encryption, no small groups. */
final class Algorithms {
    private static final List<BuiltinDHFactories> KEY_EXCHANGES = List.of(
            BuiltinDHFactories.mlkem768x25519,
            BuiltinDHFactories.sntrup761x25519,
            BuiltinDHFactories.sntrup761x25519_openssh,
            BuiltinDHFactories.curve25519,
            BuiltinDHFactories.curve25519_libssh,
            BuiltinDHFactories.ecdhp256,
            BuiltinDHFactories.ecdhp384,
            BuiltinDHFactories.ecdhp521);
    private static final List<BuiltinCiphers> CIPHERS = List.of(
            BuiltinCiphers.cc20p1305_openssh,
            BuiltinCiphers.aes256gcm,
            BuiltinCiphers.aes128gcm,
            BuiltinCiphers.aes256ctr,
            BuiltinCiphers.aes192ctr,
            BuiltinCiphers.aes128ctr);
    private static final List<BuiltinMacs> MACS = List.of(BuiltinMacs.hmacsha256etm, BuiltinMacs.hmacsha512etm);
    // For host keys and for users' keys alike. Certificates are left out: nobody here could say which CA to trust.
    private static final List<BuiltinSignatures> SIGNATURES = List.of(
            BuiltinSignatures.ed25519,
            BuiltinSignatures.nistp256,
            BuiltinSignatures.nistp384,
            BuiltinSignatures.nistp521,
            BuiltinSignatures.sk_ssh_ed25519,
            BuiltinSignatures.sk_ecdsa_sha2_nistp256,
            BuiltinSignatures.rsaSHA512,
            BuiltinSignatures.rsaSHA256);

    private Algorithms() {}

    /**
     * Lets SSHD use Bouncy Castle without putting it into the JVM's list of providers, where others would come across it.
     * SSHD registers its providers once; this has to come first. Nothing of this bundle is left behind in SSHD.
     */
    static void useProviders() {
        // The JDK's first: its AES is the fast one.
        SecurityUtils.registerSecurityProvider(new SunJCESecurityProviderRegistrar());
        BouncyCastleSecurityProviderRegistrar registrar = new BouncyCastleSecurityProviderRegistrar();
        registrar
                .getProperties()
                .put(
                        registrar.getConfigurationPropertyName(SecurityProviderRegistrar.NAMED_PROVIDER_PROPERTY),
                        Boolean.FALSE.toString());
        if (SecurityUtils.registerSecurityProvider(registrar) == registrar) {
            SecurityUtils.setDefaultProviderChoice(registrar);
        }
    }

    static List<KeyExchangeFactory> keyExchanges() {
        return supported(KEY_EXCHANGES).map(ServerBuilder.DH2KEX).toList();
    }

    static List<NamedFactory<Cipher>> ciphers() {
        return supported(CIPHERS).<NamedFactory<Cipher>>map(cipher -> cipher).toList();
    }

    static List<NamedFactory<Mac>> macs() {
        return supported(MACS).<NamedFactory<Mac>>map(mac -> mac).toList();
    }

    static List<NamedFactory<Signature>> signatures() {
        return supported(SIGNATURES)
                .<NamedFactory<Signature>>map(signature -> signature)
                .toList();
    }

    /** None: a shell's text is not worth an attack surface. */
    static List<NamedFactory<Compression>> compressions() {
        return List.of(BuiltinCompressions.none);
    }

    private static <T extends OptionalFeature> Stream<T> supported(List<T> all) {
        return all.stream().filter(OptionalFeature::isSupported);
    }
}
