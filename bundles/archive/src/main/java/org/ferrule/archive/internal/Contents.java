package org.ferrule.archive.internal;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.ferrule.archive.internal.Facts.FileFacts;

/**
 * What is in an archive.
 *
 * @param facts what it says of itself
 * @param files the others, by name, sorted
 */
record Contents(Facts facts, Map<String, byte[]> files) {
    /** The configuration's name within an archive, and below the appliance's home. */
    static final String CONFIGURATION = "config/ferrule.conf";

    static final String DEVICE_KEY = "keys/device.key";
    static final String DEVICE_CERTIFICATE = "keys/device.crt";

    // Nothing else is ever written or read: a name cannot lead anywhere.
    private static final Pattern NAME = Pattern.compile("config/ferrule\\.conf|ssl/[A-Za-z0-9_][A-Za-z0-9._-]{0,199}"
            + "|keys/(device\\.(key|crt)|ssh_host_[a-z0-9]{1,20}_key)");

    Contents {
        files = new TreeMap<>(files);
    }

    /** Whether a file of that name may be in an archive. */
    static boolean allowed(String name) {
        return NAME.matcher(name).matches();
    }

    /** The facts of some files. */
    static Map<String, FileFacts> facts(Map<String, byte[]> files) {
        Map<String, FileFacts> facts = new TreeMap<>();
        files.forEach((name, bytes) -> facts.put(name, new FileFacts(bytes.length, digest(bytes))));
        return facts;
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
