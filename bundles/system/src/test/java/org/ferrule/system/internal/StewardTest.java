package org.ferrule.system.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ferrule.shell.Account;
import org.ferrule.tls.Fingerprint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StewardTest {
    @TempDir
    Path folder;

    private final UserDirectory users = new UserDirectory(Samples.unsealer());
    private final List<Steward> stewards = new ArrayList<>();
    private Optional<X509Certificate> certificate = Optional.of(Samples.DC);
    private Optional<Path> passwordFile = Optional.empty();
    private Optional<Path> keyFile = Optional.empty();
    private Optional<String> hostname = Optional.empty();
    private final FakeConfiguration configuration = configuration();

    private FakeConfiguration configuration() {
        return new FakeConfiguration(
                new SystemModule(new UserRules(Samples.unsealer()), devices(), List.of(users::follow)));
    }

    private DeviceRules devices() {
        return new DeviceRules(() -> certificate, "1");
    }

    /** Starts the appliance; what the steward does in its own time is done at once here. */
    private void start() {
        Steward steward = new Steward(
                () -> Optional.of(configuration),
                devices(),
                new FirstAdmin(folder.resolve("keys"), passwordFile, keyFile),
                hostname,
                () -> "machine");
        stewards.add(steward);
        steward.reconciled();
        steward.lookNow();
    }

    @AfterEach
    void stop() {
        stewards.forEach(Steward::close);
    }

    private Path passwordFile() {
        return folder.resolve("keys/initial-admin-password");
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void withoutOptionsARandomPasswordIsLeftInAPrivateFile() throws IOException {
        start();
        String password = Files.readString(passwordFile()).strip();
        assertTrue(password.matches("([0-9a-z]{5}-){5}[0-9a-z]{5}"), password);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(passwordFile())));
        Account admin = users.authenticate("admin", password.toCharArray()).orElseThrow();
        assertEquals(Account.Role.ADMIN, admin.role());
        assertEquals(1, configuration.saves);
        assertEquals("machine", DeviceRules.hostname(configuration.running()));
        assertEquals(List.of(Device.id("machine")), configuration.running().ids(Device.KIND));
    }

    @Test
    void aPasswordFileGivesThePassword() throws IOException {
        passwordFile = Optional.of(write("p", "twelve chars and more\nsecond line\n"));
        start();
        assertTrue(users.authenticate("admin", "twelve chars and more".toCharArray())
                .isPresent());
        assertFalse(Files.exists(passwordFile()));
    }

    @Test
    void aKeyFileGivesKeysAndNoPassword() throws IOException {
        keyFile = Optional.of(write("k", "# mine\n\n" + Samples.text("ed.pub") + Samples.text("rsa.pub")));
        start();
        assertTrue(users.authenticate("admin", SshKeys.parse(Samples.text("ed.pub")))
                .isPresent());
        assertTrue(users.authenticate("admin", SshKeys.parse(Samples.text("rsa.pub")))
                .isPresent());
        assertFalse(Files.exists(passwordFile()));
    }

    @Test
    void bothMayBeGiven() throws IOException {
        passwordFile = Optional.of(write("p", "twelve chars and more"));
        keyFile = Optional.of(write("k", Samples.text("ed.pub")));
        start();
        assertTrue(users.authenticate("admin", "twelve chars and more".toCharArray())
                .isPresent());
        assertTrue(users.authenticate("admin", SshKeys.parse(Samples.text("ed.pub")))
                .isPresent());
    }

    private void noAdmin() {
        start();
        assertEquals(List.of(), configuration.running().ids(User.KIND));
        assertFalse(Files.exists(passwordFile()));
        assertEquals(0, configuration.saves);
    }

    @Test
    void badOptionsMakeNoAdminAndTheNextStartDoes() throws IOException {
        passwordFile = Optional.of(write("p", "short\n"));
        noAdmin();
        passwordFile = Optional.of(folder.resolve("missing"));
        noAdmin();
        passwordFile = Optional.empty();
        keyFile = Optional.of(write("k", "# none\n"));
        noAdmin();
        keyFile = Optional.of(write("k", "ssh-ed25519 AAAA damaged\n"));
        noAdmin();
        keyFile = Optional.of(write("k", Samples.text("ed.pub")));
        start();
        assertEquals(List.of(User.id("admin")), configuration.running().ids(User.KIND));
    }

    @Test
    void aSecondStartChangesNothing() throws IOException {
        start();
        var before = configuration.running();
        Files.delete(passwordFile());
        start();
        assertEquals(before, configuration.running());
        assertFalse(Files.exists(passwordFile()));
        assertEquals(1, configuration.saves);
    }

    @Test
    void theHostNameOptionHoldsAtEveryStartButIsSavedAtTheFirstOnly() {
        hostname = Optional.of("branch");
        start();
        assertEquals("branch", DeviceRules.hostname(configuration.running()));
        hostname = Optional.of("shop");
        start();
        assertEquals("shop", DeviceRules.hostname(configuration.running()));
        assertEquals(List.of(Device.id("shop")), configuration.running().ids(Device.KIND));
        hostname = Optional.of("not a name");
        start();
        assertEquals("shop", DeviceRules.hostname(configuration.running()));
        assertEquals(1, configuration.saves);
    }

    @Test
    void aDeviceThatIsMissingIsMadeAgain() {
        certificate = Optional.empty();
        start();
        assertEquals(List.of(), configuration.running().ids(Device.KIND));
        certificate = Optional.of(Samples.DC);
        start();
        assertEquals(Fingerprint.of(Samples.DC), device().fingerprint());
    }

    @Test
    void aDeviceThatChangedIsToldAnew() {
        start();
        certificate = Optional.of(Samples.BRANCH);
        start();
        assertEquals(Fingerprint.of(Samples.BRANCH), device().fingerprint());
        assertFalse(devices().outdated(configuration.running(), true));
        DeviceRules upgraded = new DeviceRules(() -> certificate, "2");
        assertTrue(upgraded.outdated(configuration.running(), true));
        assertFalse(upgraded.outdated(configuration.running(), false));
    }

    private Device device() {
        return configuration.running().view(Device.class, "/Common/machine").orElseThrow();
    }
}
