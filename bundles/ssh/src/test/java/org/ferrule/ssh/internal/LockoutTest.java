package org.ferrule.ssh.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.ferrule.config.ConfigException;
import org.ferrule.config.kind.Addresses;
import org.ferrule.shell.Account;
import org.ferrule.shell.RunCommand;
import org.junit.jupiter.api.Test;

class LockoutTest {
    private static final InetAddress HERE = Addresses.address("192.0.2.1");
    private static final InetAddress THERE = Addresses.address("192.0.2.2");

    private long now;
    private Lockout.Policy policy = new Lockout.Policy(3, 60);
    private final Lockout lockout = new Lockout(() -> policy, () -> now);

    private void fail(String user, InetAddress from, int times) {
        for (int i = 0; i < times; i++) {
            lockout.failed(user, true, from);
        }
    }

    private void pass(int seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void anAddressIsLockedOutForATimeWhoeverItTries() {
        fail("anna", HERE, 1);
        fail("bert", HERE, 1);
        assertFalse(lockout.addressLocked(HERE));
        fail("carl", HERE, 1);
        assertTrue(lockout.addressLocked(HERE));
        assertFalse(lockout.addressLocked(THERE));
        assertEquals(List.of(new Lockout.Lock("address", "192.0.2.1", 60)), lockout.locks());
        pass(59);
        assertTrue(lockout.addressLocked(HERE));
        assertEquals(1, lockout.locks().get(0).secondsLeft());
        pass(1);
        assertFalse(lockout.addressLocked(HERE));
        assertEquals(List.of(), lockout.locks());
        assertEquals(1, lockout.locked());
        assertEquals(2, lockout.refused());
    }

    @Test
    void furtherTriesDoNotMakeALockLonger() {
        fail("anna", HERE, 3);
        pass(59);
        fail("anna", HERE, 5);
        pass(1);
        assertFalse(lockout.addressLocked(HERE));
        assertFalse(lockout.userLocked("anna", THERE));
    }

    @Test
    void whatIsLongAgoDoesNotCount() {
        fail("anna", HERE, 2);
        pass(60);
        fail("anna", HERE, 2);
        assertFalse(lockout.addressLocked(HERE));
    }

    @Test
    void aUserIsLockedOutHoweverManyAddressesGuess() {
        for (int i = 0; i < 3; i++) {
            fail("anna", Addresses.address("198.51.100." + i), 1);
        }
        assertTrue(lockout.userLocked("anna", HERE));
        assertFalse(lockout.userLocked("bert", HERE));
    }

    @Test
    void othersCannotLockAUserOutOfAnAddressThatLoggedIn() {
        lockout.succeeded("anna", HERE);
        for (int i = 0; i < 3; i++) {
            fail("anna", Addresses.address("198.51.100." + i), 1);
        }
        assertTrue(lockout.userLocked("anna", THERE));
        assertFalse(lockout.userLocked("anna", HERE));
        lockout.keep(user -> false);
        fail("anna", THERE, 3);
        assertTrue(lockout.userLocked("anna", HERE), "of a user who is deleted nothing is remembered");
    }

    @Test
    void aRightPasswordForgivesTheUserButNotTheAddress() {
        fail("anna", HERE, 2);
        lockout.succeeded("anna", THERE);
        fail("anna", Addresses.address("192.0.2.9"), 1);
        assertFalse(lockout.userLocked("anna", Addresses.address("192.0.2.10")));
        fail("bert", HERE, 1);
        assertTrue(lockout.addressLocked(HERE), "else who has an account would guess on for ever");
    }

    @Test
    void madeUpNamesAreNotRemembered() {
        for (int i = 0; i < 3; i++) {
            lockout.failed("nobody", false, Addresses.address("198.51.100." + i));
        }
        assertFalse(lockout.userLocked("nobody", HERE));
    }

    @Test
    void theAddressesOfOneIpv6NetworkAreOne() {
        for (int i = 1; i <= 3; i++) {
            fail("anna", Addresses.address("2001:db8:0:1::" + i), 1);
        }
        assertTrue(lockout.addressLocked(Addresses.address("2001:db8:0:1:ffff::1")));
        assertFalse(lockout.addressLocked(Addresses.address("2001:db8:0:2::1")));
        assertTrue(lockout.locks().stream().anyMatch(lock -> lock.name().equals("2001:db8:0:1::/64")));
        assertTrue(lockout.unlockAddress(Addresses.address("2001:db8:0:1::77")));
    }

    @Test
    void itCanBeSwitchedOff() {
        policy = new Lockout.Policy(0, 60);
        fail("anna", HERE, 1000);
        assertFalse(lockout.addressLocked(HERE));
        assertFalse(lockout.userLocked("anna", THERE));
    }

    @Test
    void memoryIsBoundedAndALockIsNotPushedOut() {
        fail("anna", HERE, 3);
        for (int i = 0; i < 10_000; i++) {
            lockout.failed("x" + i, false, Addresses.address("10.0." + i / 250 + "." + i % 250));
        }
        assertTrue(lockout.addressLocked(HERE));
        fail("bert", Addresses.address("10.0.0.0"), 2);
        assertFalse(lockout.addressLocked(Addresses.address("10.0.0.0")), "the oldest was forgotten");
    }

    private String unlock(Map<String, String> arguments) throws ConfigException {
        StringWriter text = new StringWriter();
        new UnlockCommand(lockout)
                .run(new RunCommand.Invocation(
                        new Account("admin", Account.Role.ADMIN, "tmsh"), arguments, new PrintWriter(text), Map.of()));
        return text.toString();
    }

    @Test
    void anAdministratorEndsLocks() throws ConfigException {
        fail("anna", HERE, 3);
        assertEquals("User anna is let in again.\n", unlock(Map.of("user", "anna")));
        assertFalse(lockout.userLocked("anna", THERE));
        assertEquals("User anna was not locked out.\n", unlock(Map.of("user", "anna")));
        assertEquals("Address 192.0.2.1 is let in again.\n", unlock(Map.of("address", "192.0.2.1")));
        fail("anna", HERE, 3);
        assertEquals("2 locks have been ended.\n", unlock(Map.of()));
        assertEquals(List.of(), lockout.locks());
        assertThrows(ConfigException.class, () -> unlock(Map.of("address", "example")));
    }
}
