package org.ferrule.crypto.internal;

import java.security.AlgorithmParameterGenerator;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.KeyGenerator;
import javax.crypto.Mac;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.SecretKeyFactory;
import org.bouncycastle.jcajce.util.ProviderJcaJceHelper;

/**
 * Gets algorithms from the JDK where it has them, and from Bouncy Castle otherwise.
 *
 * <p>The JDK's AES-GCM is compiled to the processor's own instructions and many times faster than Bouncy Castle's; ML-KEM is
 * not in JDK 17 at all. Bouncy Castle is asked as an object: nothing is added to the JVM's list of providers. It extends the
 * helper of one provider because Bouncy Castle's TLS asks that one, and no other, where to find a key encapsulation.
 */
final class JdkFirst extends ProviderJcaJceHelper {
    JdkFirst(Provider other) {
        super(other);
    }

    @Override
    public Cipher createCipher(String name) throws NoSuchAlgorithmException, NoSuchPaddingException {
        try {
            return Cipher.getInstance(name);
        } catch (NoSuchAlgorithmException | NoSuchPaddingException e) {
            return super.createCipher(name);
        }
    }

    @Override
    public Mac createMac(String name) throws NoSuchAlgorithmException {
        try {
            return Mac.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            return super.createMac(name);
        }
    }

    @Override
    public KeyAgreement createKeyAgreement(String name) throws NoSuchAlgorithmException {
        try {
            return KeyAgreement.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            return super.createKeyAgreement(name);
        }
    }

    @Override
    public AlgorithmParameterGenerator createAlgorithmParameterGenerator(String name) throws NoSuchAlgorithmException {
        try {
            return AlgorithmParameterGenerator.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            return super.createAlgorithmParameterGenerator(name);
        }
    }

    @Override
    public AlgorithmParameters createAlgorithmParameters(String name) throws NoSuchAlgorithmException {
        try {
            return AlgorithmParameters.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            return super.createAlgorithmParameters(name);
        }
    }

    @Override
    public KeyGenerator createKeyGenerator(String name) throws NoSuchAlgorithmException {
        try {
            return KeyGenerator.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            return super.createKeyGenerator(name);
        }
    }

    @Override
    public KeyFactory createKeyFactory(String name) throws NoSuchAlgorithmException {
        try {
            return KeyFactory.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            return super.createKeyFactory(name);
        }
    }

    @Override
    public SecretKeyFactory createSecretKeyFactory(String name) throws NoSuchAlgorithmException {
        try {
            return SecretKeyFactory.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            return super.createSecretKeyFactory(name);
        }
    }

    @Override
    public KeyPairGenerator createKeyPairGenerator(String name) throws NoSuchAlgorithmException {
        try {
            return KeyPairGenerator.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            return super.createKeyPairGenerator(name);
        }
    }

    @Override
    public MessageDigest createMessageDigest(String name) throws NoSuchAlgorithmException {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            return super.createMessageDigest(name);
        }
    }

    @Override
    public Signature createSignature(String name) throws NoSuchAlgorithmException {
        try {
            return Signature.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            return super.createSignature(name);
        }
    }

    @Override
    public SecureRandom createSecureRandom(String name) throws NoSuchAlgorithmException {
        try {
            return SecureRandom.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            return super.createSecureRandom(name);
        }
    }

    @Override
    public CertPathBuilder createCertPathBuilder(String name) throws NoSuchAlgorithmException {
        try {
            return CertPathBuilder.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            return super.createCertPathBuilder(name);
        }
    }

    @Override
    public CertPathValidator createCertPathValidator(String name) throws NoSuchAlgorithmException {
        try {
            return CertPathValidator.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            return super.createCertPathValidator(name);
        }
    }

    @Override
    public CertificateFactory createCertificateFactory(String name) throws CertificateException {
        try {
            return CertificateFactory.getInstance(name);
        } catch (CertificateException e) {
            return super.createCertificateFactory(name);
        }
    }

    @Override
    public KeyStore createKeyStore(String name) throws KeyStoreException {
        try {
            return KeyStore.getInstance(name);
        } catch (KeyStoreException e) {
            return super.createKeyStore(name);
        }
    }
}
