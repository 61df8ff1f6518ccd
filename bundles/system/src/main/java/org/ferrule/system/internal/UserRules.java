package org.ferrule.system.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Draft;
import org.ferrule.config.ObjectId;

/** What must hold for {@code auth user} objects, and what becomes of a password that is typed. */
final class UserRules {
    static final int MIN_PASSWORD = 12;
    private static final Pattern LOGIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,31}");

    private static final int MAX_PASSWORD = 1024;
    private static final String PASSWORD = "password";
    private static final String HASH = "encrypted-password";

    private final Unsealer unsealer;

    UserRules(Unsealer unsealer) {
        this.unsealer = unsealer;
    }

    /** Replaces passwords that were typed by their hashes. */
    void complete(Draft draft) throws ConfigException {
        for (ObjectId id : List.copyOf(draft.changed())) {
            ConfigObject own = id.kind().equals(User.KIND) ? draft.now().own().get(id) : null;
            if (own != null && own.properties().get(PASSWORD) instanceof String typed) {
                String password = unsealer.open(id.name(), PASSWORD, typed);
                checkPassword(id, password);
                Map<String, Object> properties = new LinkedHashMap<>(own.properties());
                properties.remove(PASSWORD);
                properties.put(HASH, PasswordHash.of(password.toCharArray()).toString());
                draft.put(id, properties);
            }
        }
    }

    private static void checkPassword(ObjectId id, String password) throws ConfigException {
        if (password.length() < MIN_PASSWORD || password.length() > MAX_PASSWORD) {
            throw invalid(
                    id,
                    "the password must have at least " + MIN_PASSWORD + " characters (and at most " + MAX_PASSWORD
                            + ")");
        }
    }

    /** Checks users that changed, and that the appliance can still be administered. */
    void check(ConfigTree running, ConfigTree proposed) throws ConfigException {
        Map<String, User> before = running.views(User.class);
        Map<String, User> after = proposed.views(User.class);
        for (Map.Entry<String, User> entry : after.entrySet()) {
            if (!entry.getValue().equals(before.get(entry.getKey()))) {
                check(new ObjectId(User.KIND, entry.getKey()), entry.getValue());
            }
        }
        boolean administered = after.values().stream().anyMatch(User::administers);
        if (!administered && (!before.isEmpty() || !after.isEmpty())) {
            String last = before.entrySet().stream()
                    .filter(entry -> entry.getValue().administers())
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .map(name -> "user (" + name + ") is the last one with role admin who can log in. ")
                    .orElse("no user with role admin could log in. ");
            throw ConfigException.invalid(
                    last + "First give a user role admin, a password or a public key, and a shell other than none");
        }
    }

    private void check(ObjectId id, User user) throws ConfigException {
        if (!id.name().equals(ObjectId.COMMON + "/" + id.shortName())
                || !LOGIN.matcher(id.shortName()).matches()) {
            throw invalid(
                    id,
                    "a login name begins with a letter or underscore and has at most 32 letters, digits, dots,"
                            + " hyphens and underscores");
        }
        if (user.shell() == User.Shell.KARAF && user.role() != User.Role.ADMIN) {
            throw invalid(id, "shell karaf is for role admin only");
        }
        if (user.hasPassword()
                && PasswordHash.parse(unsealer.open(id.name(), HASH, user.encryptedPassword()))
                        .isEmpty()) {
            throw invalid(
                    id,
                    "encrypted-password is not a hash that an appliance listed; to set a password, set the"
                            + " property password");
        }
        for (String line : user.publicKeys()) {
            try {
                SshKeys.parse(line);
            } catch (IllegalArgumentException e) {
                throw invalid(id, "public-keys: " + e.getMessage());
            }
        }
    }

    private static ConfigException invalid(ObjectId id, String detail) {
        return ConfigException.invalid("user (" + id.name() + "): " + detail);
    }
}
