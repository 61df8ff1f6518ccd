package org.ferrule.system.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ferrule.config.Assign;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Edit;
import org.ferrule.config.ObjectId;
import org.ferrule.shell.Account;
import org.ferrule.tls.Fingerprint;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SystemModuleTest {
    private static final String PASSWORD = "correct horse battery";
    private static final ObjectId ADMIN = User.id("admin");

    private UserDirectory users;
    private Trust trust;
    private FakeConfiguration configuration;

    @BeforeEach
    void start() {
        Unsealer unsealer = Samples.unsealer();
        users = new UserDirectory(unsealer);
        trust = new Trust((stream, peer) -> {}, (name, before, now) -> {}, Clock.systemUTC());
        configuration = new FakeConfiguration(new SystemModule(
                new UserRules(unsealer),
                new DeviceRules(() -> Optional.of(Samples.DC), "1.2.3"),
                List.of(users::follow, trust::follow)));
    }

    private static Assign set(String property, String value) {
        return new Assign.Value(property, value);
    }

    private ConfigTree create(ObjectId id, Assign... assigns) throws ConfigException {
        return configuration.commit(List.of(new Edit.Create(id, List.of(assigns))));
    }

    private ConfigTree modify(ObjectId id, Assign... assigns) throws ConfigException {
        return configuration.commit(List.of(new Edit.Modify(id, List.of(assigns))));
    }

    private interface Attempt {
        void run() throws ConfigException;
    }

    private void refused(Attempt attempt, String... says) {
        ConfigTree before = configuration.running();
        String message = assertThrows(ConfigException.class, attempt::run).getMessage();
        for (String part : says) {
            assertTrue(message.contains(part), message);
        }
        assertEquals(before, configuration.running());
    }

    private void admin() throws ConfigException {
        create(ADMIN, set("role", "admin"), set("password", PASSWORD));
    }

    private Optional<Account> login(String user, String password) {
        return users.authenticate(user, password.toCharArray());
    }

    @Test
    void aPasswordIsKeptAsHashAndLogsIn() throws ConfigException {
        admin();
        Map<String, Object> stored =
                configuration.running().get(ADMIN).orElseThrow().properties();
        assertNull(stored.get("password"));
        assertTrue(stored.get("encrypted-password").toString().startsWith("$pbkdf2-sha512$"));
        assertEquals(Optional.of(new Account("admin", Account.Role.ADMIN, "tmsh")), login("admin", PASSWORD));
        assertTrue(login("admin", PASSWORD + "x").isEmpty());
        assertTrue(login("nobody", PASSWORD).isEmpty());
    }

    @Test
    void aSealedPasswordIsTakenToo() throws ConfigException {
        create(ADMIN, set("role", "admin"), set("password", "$M$" + PASSWORD));
        assertTrue(login("admin", PASSWORD).isPresent());
        Object hash =
                configuration.running().get(ADMIN).orElseThrow().properties().get("encrypted-password");
        modify(ADMIN, set("encrypted-password", "$M$" + hash));
        assertTrue(login("admin", PASSWORD).isPresent());
    }

    @Test
    void aPasswordThatCannotBeOpenedIsRefusedByName() throws ConfigException {
        admin();
        refused(
                () -> modify(ADMIN, set("password", "$M$damaged")),
                "01071769:3: Decryption of the field (password) for object (/Common/admin) failed. It was changed. Set");
        refused(
                () -> modify(ADMIN, set("encrypted-password", "$M$damaged")),
                "01071769:3: Decryption of the field (encrypted-password) for object (/Common/admin) failed.");
    }

    @Test
    void aKeyLogsInAndAnotherDoesNot() throws ConfigException {
        create(
                ADMIN,
                set("role", "admin"),
                new Assign.Words("public-keys", Assign.Operator.ADD, List.of(Samples.text("ed.pub"))));
        assertTrue(users.authenticate("admin", SshKeys.parse(Samples.text("ed.pub")))
                .isPresent());
        assertTrue(users.authenticate("admin", SshKeys.parse(Samples.text("ed2.pub")))
                .isEmpty());
        assertTrue(users.authenticate("nobody", SshKeys.parse(Samples.text("ed.pub")))
                .isEmpty());
        assertTrue(login("admin", "").isEmpty());
    }

    @Test
    void whoHasNoAccessCannotLogIn() throws ConfigException {
        admin();
        create(User.id("bob"), set("role", "no-access"), set("password", PASSWORD));
        assertTrue(login("bob", PASSWORD).isEmpty());
        modify(User.id("bob"), set("role", "operator"));
        assertEquals(Account.Role.OPERATOR, login("bob", PASSWORD).orElseThrow().role());
    }

    @Test
    void badUsersAreRefused() throws ConfigException {
        admin();
        ObjectId bob = User.id("bob");
        refused(() -> create(bob, set("password", "short")), "/Common/bob", "12 characters");
        refused(() -> create(bob, set("shell", "karaf")), "/Common/bob", "role admin only");
        refused(() -> create(bob, set("encrypted-password", "secret")), "/Common/bob", "encrypted-password");
        refused(
                () -> create(bob, new Assign.Words("public-keys", Assign.Operator.ADD, List.of("ssh-ed25519 x"))),
                "/Common/bob",
                "public-keys");
        refused(() -> create(User.id("bob smith")), "login name");
        refused(() -> create(new ObjectId(User.KIND, "/Common/sub/admin")), "login name");
        create(bob, set("role", "admin"), set("shell", "karaf"), set("password", PASSWORD));
        assertEquals("karaf", login("bob", PASSWORD).orElseThrow().shell());
    }

    @Test
    void theLastAdministratorStays() throws ConfigException {
        refused(() -> create(User.id("bob"), set("password", PASSWORD)), "no user with role admin");
        admin();
        refused(() -> configuration.commit(List.of(new Edit.Delete(ADMIN))), "/Common/admin", "last one");
        refused(() -> modify(ADMIN, set("role", "guest")), "/Common/admin", "last one");
        refused(() -> modify(ADMIN, set("shell", "none")), "/Common/admin", "last one");
        refused(() -> modify(ADMIN, new Assign.None("encrypted-password")), "/Common/admin", "last one");
        create(User.id("eve"), set("role", "admin"), set("password", PASSWORD));
        configuration.commit(List.of(new Edit.Delete(ADMIN)));
        assertTrue(login("admin", PASSWORD).isEmpty());
    }

    @Test
    void theDeviceFollowsTheHostName() throws ConfigException {
        admin();
        Device device =
                configuration.running().view(Device.class, "/Common/ferrule").orElseThrow();
        assertEquals(Fingerprint.of(Samples.DC), device.fingerprint());
        assertEquals("1.2.3", device.version());
        modify(Device.id("ferrule"), set("description", "rack 7"));
        modify(GlobalSettings.ID, set("hostname", "dc.example.org"));
        assertEquals(
                List.of(Device.id("dc.example.org")), configuration.running().ids(Device.KIND));
        assertEquals(
                "rack 7",
                configuration
                        .running()
                        .view(Device.class, "/Common/dc.example.org")
                        .orElseThrow()
                        .description());
        refused(() -> modify(GlobalSettings.ID, set("hostname", "no good")), "hostname", "no good");
        refused(() -> create(Device.id("other")), "/Common/other", "trusted devices");
    }

    @Test
    void trustFollowsTheConfiguration() throws Exception {
        admin();
        List<String> told = new ArrayList<>();
        AutoCloseable listening = trust.onChange(() -> told.add("changed"));
        create(TrustedDevice.id("branch"), set("certificate", Samples.text("branch.crt")));
        assertEquals(Optional.of("branch"), trust.trusted(Samples.BRANCH));
        assertEquals(Optional.empty(), trust.trusted(Samples.MALLORY));
        modify(TrustedDevice.id("branch"), set("description", "the shop"));
        assertEquals(List.of("changed"), told);
        refused(
                () -> create(TrustedDevice.id("twin"), set("certificate", Samples.text("branch.crt"))),
                "/Common/twin",
                "/Common/branch");
        refused(() -> create(TrustedDevice.id("bad"), set("certificate", "none of it")), "/Common/bad", "PEM");
        configuration.commit(List.of(new Edit.Delete(TrustedDevice.id("branch"))));
        assertEquals(Optional.empty(), trust.trusted(Samples.BRANCH));
        assertEquals(2, told.size());
        listening.close();
        create(TrustedDevice.id("branch"), set("certificate", Samples.text("branch.crt")));
        assertEquals(2, told.size());
    }

    @Test
    void aFingerprintIsComputedNotBelieved() throws ConfigException {
        admin();
        configuration.put(
                TrustedDevice.id("branch"), Map.of("certificate", Samples.text("branch.crt"), "fingerprint", "00"));
        TrustedDevice device = configuration
                .running()
                .view(TrustedDevice.class, "/Common/branch")
                .orElseThrow();
        assertEquals(Fingerprint.of(Samples.BRANCH), device.fingerprint());
        assertFalse(device.certificate().endsWith("\n"));
    }

    @Test
    void whoMayDoWhatIsToldAsSoonAsItChanges() throws Exception {
        admin();
        List<Optional<Account>> seen = new ArrayList<>();
        AutoCloseable listening = users.onChange(() -> seen.add(users.account("anna")));
        create(User.id("anna"), set("role", "operator"), set("password", PASSWORD));
        modify(User.id("anna"), set("description", "nothing that matters here"));
        modify(User.id("anna"), set("role", "guest"));
        modify(User.id("anna"), set("role", "no-access"));
        listening.close();
        modify(User.id("anna"), set("role", "admin"));
        assertEquals(
                List.of(
                        Optional.of(new Account("anna", Account.Role.OPERATOR, "tmsh")),
                        Optional.of(new Account("anna", Account.Role.GUEST, "tmsh")),
                        Optional.empty()),
                seen);
    }
}
