package org.ferrule.ssh.internal;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import org.apache.sshd.common.util.security.SecurityUtils;

/** The kinds of host key that the server has, the preferred one first. */
enum HostKeyType {
    ED25519("ed25519", "Ed25519") {
        @Override
        void initialise(KeyPairGenerator generator) {
            // The curve is the algorithm.
        }
    },
    ECDSA("ecdsa", "EC") {
        @Override
        void initialise(KeyPairGenerator generator) throws GeneralSecurityException {
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        }
    },
    RSA("rsa", "RSA") {
        @Override
        void initialise(KeyPairGenerator generator) {
            generator.initialize(3072);
        }
    };

    private final String word;
    private final String algorithm;

    HostKeyType(String word, String algorithm) {
        this.word = word;
        this.algorithm = algorithm;
    }

    abstract void initialise(KeyPairGenerator generator) throws GeneralSecurityException;

    /** The name of the private key's file, as OpenSSH has it. */
    String file() {
        return "ssh_host_" + word + "_key";
    }

    /** The JCA's name. */
    String algorithm() {
        return algorithm;
    }

    KeyPair generate() throws GeneralSecurityException {
        KeyPairGenerator generator = SecurityUtils.getKeyPairGenerator(algorithm);
        initialise(generator);
        return generator.generateKeyPair();
    }
}
