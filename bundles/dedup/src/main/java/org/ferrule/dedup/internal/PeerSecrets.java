package org.ferrule.dedup.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;

/**
 * What one peer's files are read with, and what must be the same after a restart so that what is on disk is found again.
 * Kept sealed under the master key.
 *
 * @param device the peer
 * @param key of the files
 * @param domains from which the keys of trust domains are derived
 * @param gear decides where chunks end
 */
record PeerSecrets(String device, byte[] key, byte[] domains, Gear gear) {
    static final int SECRET_BYTES = 32;
    private static final int VERSION = 1;

    static PeerSecrets random(String device, SecureRandom random) {
        byte[] key = new byte[Seal.KEY_BYTES];
        byte[] domains = new byte[SECRET_BYTES];
        random.nextBytes(key);
        random.nextBytes(domains);
        return new PeerSecrets(device, key, domains, new Gear(random));
    }

    byte[] write() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream to = new DataOutputStream(bytes)) {
            to.writeByte(VERSION);
            to.writeUTF(device);
            to.write(key);
            to.write(domains);
            for (long each : gear.table()) {
                to.writeLong(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes all bytes", e);
        }
        return bytes.toByteArray();
    }

    static PeerSecrets read(byte[] written) throws IOException {
        try (DataInputStream from = new DataInputStream(new ByteArrayInputStream(written))) {
            int version = from.readUnsignedByte();
            if (version != VERSION) {
                throw new IOException("they have version " + version + ", and not " + VERSION);
            }
            String device = from.readUTF();
            byte[] key = from.readNBytes(Seal.KEY_BYTES);
            byte[] domains = from.readNBytes(SECRET_BYTES);
            long[] table = new long[Gear.SIZE];
            for (int i = 0; i < table.length; i++) {
                table[i] = from.readLong();
            }
            return new PeerSecrets(device, key, domains, new Gear(table));
        }
    }
}
