package org.ferrule.archive.internal;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.ferrule.config.ConfigException;

/**
 * What an archive says of itself: the first file in it, and, if it is encrypted, the line before what is encrypted.
 *
 * @param format the version of the archive's form
 * @param product always {@link #PRODUCT}
 * @param version the version of what wrote it
 * @param hostname the appliance's host name
 * @param created when it was written, as in ISO 8601, in UTC
 * @param privateKeys whether private keys are in it
 * @param check a text sealed under the master key of the appliance; "" where secrets are not sealed
 * @param files what else is in it, by name; empty in the line before what is encrypted
 * @param lock how it is encrypted; null if it is not
 */
record Facts(
        int format,
        String product,
        String version,
        String hostname,
        String created,
        boolean privateKeys,
        String check,
        Map<String, FileFacts> files,
        Lock lock) {
    /** The format that this version writes and reads. */
    static final int FORMAT = 1;

    static final String PRODUCT = "Ferrule";

    private static final int MAX_TEXT = 255;
    private static final Gson PLAIN = new GsonBuilder().disableHtmlEscaping().create();

    /**
     * One file.
     *
     * @param size its bytes
     * @param sha256 their digest, in hexadecimal
     */
    record FileFacts(long size, String sha256) {}

    /**
     * How the archive is encrypted.
     *
     * @param kdf how the key is made of the passphrase; always {@link Envelope#KDF}
     * @param salt random, in base64
     * @param nonce random, in base64
     * @param check tells a wrong passphrase from damage, in base64
     */
    record Lock(String kdf, String salt, String nonce, String check) {}

    boolean encrypted() {
        return lock != null;
    }

    /** On one line. */
    byte[] write() {
        return PLAIN.toJson(this).getBytes(StandardCharsets.UTF_8);
    }

    /** @throws ConfigException if they are not facts, or those of another format */
    static Facts read(byte[] json) throws ConfigException {
        Facts facts;
        try {
            facts = PLAIN.fromJson(new String(json, StandardCharsets.UTF_8), Facts.class);
        } catch (RuntimeException e) {
            // What Gson throws for JSON of another shape is of many types.
            throw new ConfigException("it does not say what is in it", e);
        }
        if (facts == null || !PRODUCT.equals(facts.product)) {
            throw new ConfigException("it is not an archive of " + PRODUCT);
        }
        if (!facts.whole()) {
            throw new ConfigException("what it says of itself lacks a part, or is no plain text");
        }
        if (facts.format != FORMAT) {
            throw new ConfigException("it is in format " + facts.format + ", written by version " + facts.version
                    + "; this appliance reads format " + FORMAT);
        }
        return facts;
    }

    private boolean whole() {
        boolean files = this.files != null
                && this.files.values().stream().allMatch(file -> file != null && file.sha256() != null);
        boolean lock =
                this.lock == null || this.lock.salt() != null && this.lock.nonce() != null && this.lock.check() != null;
        return files && lock && plain(version) && plain(hostname) && plain(created) && check != null;
    }

    /** These are shown before anybody vouches for them: nothing in them may steer a terminal. */
    private static boolean plain(String text) {
        return text != null && text.length() <= MAX_TEXT && text.chars().noneMatch(Character::isISOControl);
    }

    /** The same for the line before what is encrypted, where what is in it is nobody's business. */
    Facts outside(Lock how) {
        return new Facts(format, product, version, hostname, created, privateKeys, "", Map.of(), how);
    }
}
