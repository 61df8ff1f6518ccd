package org.ferrule.system.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ferrule.config.Assign;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Edit;
import org.ferrule.config.PrivateFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the user {@code admin} of an appliance that has no user yet: with the password or the keys that were handed over,
 * else with a random password that lies in a private file until the launcher has shown it.
 *
 * @param keys the folder of private files
 * @param passwordFile the option {@code admin-password-file}: its first line is the password
 * @param keyFile the option {@code admin-key}: a file of OpenSSH public keys
 */
record FirstAdmin(Path keys, Optional<Path> passwordFile, Optional<Path> keyFile) {
    static final String PASSWORD_FILE = "initial-admin-password";

    private static final Logger LOG = LoggerFactory.getLogger(FirstAdmin.class);
    // 30 characters of five bits: 150 bits.
    private static final int RANDOM_CHARACTERS = 30;
    private static final int GROUP = 5;

    /** Commits the user. */
    @FunctionalInterface
    interface Commit {
        void commit(Edit.Create admin) throws ConfigException;
    }

    /**
     * Makes the user.
     *
     * @throws IOException naming the option, the file and what is wrong; no user was made
     */
    void make(Commit commit) throws IOException, ConfigException {
        List<Assign> assigns = new ArrayList<>();
        assigns.add(new Assign.Value("role", "admin"));
        if (keyFile.isPresent()) {
            assigns.add(new Assign.Words("public-keys", Assign.Operator.ADD, publicKeys(keyFile.get())));
        }
        if (passwordFile.isPresent()) {
            assigns.add(new Assign.Value("password", password(passwordFile.get())));
        }
        if (keyFile.isPresent() || passwordFile.isPresent()) {
            commit.commit(new Edit.Create(User.id("admin"), assigns));
            LOG.info("Made the user admin as the options say");
        } else {
            makeRandom(commit, assigns);
        }
    }

    private void makeRandom(Commit commit, List<Assign> assigns) throws IOException, ConfigException {
        String random = Base32.random(new SecureRandom(), RANDOM_CHARACTERS).toLowerCase(Locale.ROOT);
        String password = Base32.grouped(random, GROUP);
        assigns.add(new Assign.Value("password", password));
        Path file = keys.resolve(PASSWORD_FILE);
        // The launcher shows and removes the file as soon as it is there: it must not be there before it holds.
        PrivateFiles.folder(keys);
        Path draft = PrivateFiles.draft(file, (password + "\n").getBytes(StandardCharsets.US_ASCII));
        try {
            commit.commit(new Edit.Create(User.id("admin"), assigns));
            PrivateFiles.move(draft, file);
        } finally {
            Files.deleteIfExists(draft);
        }
        LOG.info("Made the user admin; its password is in {}", file);
    }

    private static String password(Path file) throws IOException {
        List<String> lines = lines("admin-password-file", file);
        String password = lines.isEmpty() ? "" : lines.get(0);
        if (password.length() < UserRules.MIN_PASSWORD) {
            throw new IOException("No user admin was made: the first line of " + file
                    + " (option admin-password-file) must be a password of at least " + UserRules.MIN_PASSWORD
                    + " characters. Correct it and start again");
        }
        return password;
    }

    private static List<String> publicKeys(Path file) throws IOException {
        List<String> keys = new ArrayList<>();
        for (String line : lines("admin-key", file)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                keys.add(checked(file, line.strip()));
            }
        }
        if (keys.isEmpty()) {
            throw new IOException(
                    "No user admin was made: no public key is in " + file
                            + " (option admin-key). Put one there, such as the content of ~/.ssh/id_ed25519.pub, and start again");
        }
        return keys;
    }

    private static String checked(Path file, String line) throws IOException {
        try {
            SshKeys.parse(line);
            return line;
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "No user admin was made: " + file + " (option admin-key): " + e.getMessage()
                            + ". Correct it and start again",
                    e);
        }
    }

    private static List<String> lines(String option, Path file) throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            String why = e instanceof NoSuchFileException ? "it does not exist" : "it cannot be read as text";
            throw new IOException(
                    "No user admin was made: the file " + file + " (option " + option + "): " + why
                            + ". Correct it and start again",
                    e);
        }
    }
}
