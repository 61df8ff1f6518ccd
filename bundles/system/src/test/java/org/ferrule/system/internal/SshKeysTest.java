package org.ferrule.system.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class SshKeysTest {
    private static PublicKey reference(String file, String algorithm) throws Exception {
        String body = Samples.text(file).replaceAll("-----[A-Z ]+-----|\\s", "");
        return KeyFactory.getInstance(algorithm)
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(body)));
    }

    @Example
    void readsWhatSshKeygenWrites() throws Exception {
        for (String name : List.of("ec256", "ec384", "ec521", "rsa")) {
            PublicKey expected = reference(name + ".pem", name.equals("rsa") ? "RSA" : "EC");
            PublicKey read = SshKeys.parse(Samples.text(name + ".pub"));
            assertArrayEquals(expected.getEncoded(), read.getEncoded(), name);
            assertTrue(SshKeys.same(expected, read), name);
        }
    }

    @Example
    void anEdwardsKeyIsOneHoweverItIsWritten() {
        PublicKey key = SshKeys.parse(Samples.text("ed.pub"));
        byte[] encoded = key.getEncoded();
        byte[] point = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
        // An older encoding, with parameters, as other libraries write it.
        PublicKey foreign = foreign("Ed25519", point);
        assertTrue(SshKeys.same(key, foreign));
        assertFalse(SshKeys.same(SshKeys.parse(Samples.text("ed2.pub")), foreign));
        assertFalse(SshKeys.same(key, foreign("X25519", point)));
        assertFalse(SshKeys.same(key, foreign("Ed25519", null)));
    }

    private static PublicKey foreign(String algorithm, byte[] encoded) {
        return new PublicKey() {
            private static final long serialVersionUID = 1L;

            @Override
            public String getAlgorithm() {
                return algorithm;
            }

            @Override
            public String getFormat() {
                return "RAW";
            }

            @Override
            public byte[] getEncoded() {
                return encoded;
            }
        };
    }

    @Example
    void differentKeysAreDifferent() {
        List<PublicKey> keys = List.of("ed.pub", "ed2.pub", "ec256.pub", "ec384.pub", "ec521.pub", "rsa.pub").stream()
                .map(file -> SshKeys.parse(Samples.text(file)))
                .toList();
        for (int i = 0; i < keys.size(); i++) {
            for (int j = 0; j < keys.size(); j++) {
                assertEquals(i == j, SshKeys.same(keys.get(i), keys.get(j)), i + " and " + j);
            }
        }
    }

    private static void refused(String line, String says) {
        String message = assertThrows(IllegalArgumentException.class, () -> SshKeys.parse(line))
                .getMessage();
        assertTrue(message.contains(says), message);
    }

    @Example
    void saysWhatIsWrong() {
        refused("", "is not an OpenSSH public key");
        refused("ssh-ed25519", "is not an OpenSSH public key");
        refused("ssh-ed25519 AAAA", "damaged");
        refused("ssh-rsa " + Samples.text("ed.pub").split(" ")[1], "says that it is ssh-ed25519");
        refused(Samples.text("weak.pub"), "1024 bits");
        String dss = Base64.getEncoder().encodeToString(new byte[] {0, 0, 0, 7, 's', 's', 'h', '-', 'd', 's', 's'});
        refused("ssh-dss " + dss, "not accepted");
        byte[] longer = Base64.getDecoder().decode(Samples.text("ed.pub").split(" ")[1]);
        refused(
                "ssh-ed25519 " + Base64.getEncoder().encodeToString(Arrays.copyOf(longer, longer.length + 1)),
                "longer");
    }

    @Property(tries = 500)
    void noBytesBreakIt(@ForAll byte[] bytes) {
        for (String type : List.of("ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> SshKeys.parse(type + " " + Base64.getEncoder().encodeToString(bytes)));
        }
    }

    @Property(tries = 500)
    void noDamageBreaksIt(@ForAll int at, @ForAll byte to) {
        for (String file : List.of("ed.pub", "ec384.pub", "rsa.pub")) {
            String[] words = Samples.text(file).split(" ");
            byte[] blob = Base64.getDecoder().decode(words[1]);
            blob[Math.floorMod(at, blob.length)] = to;
            try {
                SshKeys.parse(words[0] + " " + Base64.getEncoder().encodeToString(blob));
            } catch (IllegalArgumentException e) {
                assertFalse(e.getMessage().isEmpty());
            }
        }
    }
}
