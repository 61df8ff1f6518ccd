package org.ferrule.ssh.internal;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.ferrule.config.kind.Addresses;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets nobody go on guessing: an address with too many wrong passwords is locked out, and so is an account to which too many
 * were tried from anywhere.
 *
 * <p>Nobody can lock an administrator out for good. Keys are never asked of it, because they cannot be guessed; an address
 * from which a user has logged in before stays open for that user whatever others try; a lock ends by itself and does not
 * grow by further tries; and a restart forgets all.
 *
 * <p>Any thread. What it remembers is bounded.
 */
final class Lockout {
    private static final Logger LOG = LoggerFactory.getLogger(Lockout.class);
    private static final int MAX_ADDRESSES = 4096;
    private static final int MAX_USERS = 4096;
    private static final int MAX_KNOWN = 16;
    private static final int SITE_BYTES = 8;

    /**
     * What is wanted.
     *
     * @param maxFailures wrong passwords until a lock; 0 for never
     * @param seconds how long a lock lasts, and how long a wrong password counts
     */
    record Policy(int maxFailures, int seconds) {
        private long nanos() {
            return TimeUnit.SECONDS.toNanos(seconds);
        }
    }

    /**
     * A lock that holds.
     *
     * @param sort "user" or "address"
     * @param name whose
     * @param secondsLeft until it ends by itself
     */
    record Lock(String sort, String name, int secondsLeft) {}

    private final Supplier<Policy> policy;
    private final LongSupplier nanos;
    private final Map<InetAddress, Tries> addresses = new LinkedHashMap<>();
    private final Map<String, Tries> users = new LinkedHashMap<>();
    private final Map<String, Set<InetAddress>> known = new HashMap<>();
    private long locks;
    private long refused;

    private static final class Tries {
        private final long since;
        private int failures;
        private boolean locked;
        private long lockedAt;

        Tries(long since) {
            this.since = since;
        }

        boolean over(long now, Policy policy) {
            return now - (locked ? lockedAt : since) >= policy.nanos();
        }
    }

    Lockout(Supplier<Policy> policy, LongSupplier nanos) {
        this.policy = policy;
        this.nanos = nanos;
    }

    /** Whether no password is heard from there. */
    synchronized boolean addressLocked(InetAddress from) {
        return count(locked(addresses, site(from)));
    }

    /** Whether no password of the user is heard from there. */
    synchronized boolean userLocked(String user, InetAddress from) {
        boolean homely = known.getOrDefault(user, Set.of()).contains(site(from));
        return !homely && count(locked(users, user));
    }

    private boolean count(boolean lockedNow) {
        refused += lockedNow ? 1 : 0;
        return lockedNow;
    }

    private <K> boolean locked(Map<K, Tries> all, K key) {
        Tries tries = all.get(key);
        return tries != null && tries.locked && !tries.over(nanos.getAsLong(), policy.get());
    }

    /**
     * A password was wrong.
     *
     * @param exists whether there is such a user: nothing is remembered of names that somebody made up
     */
    synchronized void failed(String user, boolean exists, InetAddress from) {
        if (policy.get().maxFailures() == 0) {
            return;
        }
        InetAddress site = site(from);
        if (failed(addresses, site, MAX_ADDRESSES)) {
            LOG.warn("SSH: passwords from {} are refused for {}", text(site), time());
        }
        boolean homely = known.getOrDefault(user, Set.of()).contains(site);
        if (exists && !homely && failed(users, user, MAX_USERS)) {
            LOG.warn(
                    "SSH: passwords of {} are refused for {}, but from where the user has logged in before",
                    user,
                    time());
        }
    }

    private String time() {
        return policy.get().seconds() + " seconds (sys sshd lockout-duration)";
    }

    /** Counts one more; whether that made it too many. */
    private <K> boolean failed(Map<K, Tries> all, K key, int max) {
        long now = nanos.getAsLong();
        Policy wanted = policy.get();
        all.values().removeIf(tries -> tries.over(now, wanted));
        Tries tries = all.computeIfAbsent(key, unknown -> new Tries(now));
        tries.failures++;
        if (!tries.locked && tries.failures >= wanted.maxFailures()) {
            tries.locked = true;
            tries.lockedAt = now;
            locks++;
            return true;
        }
        trim(all, key, max);
        return false;
    }

    /** Forgets the oldest that is not locked; of locked ones, the oldest. */
    private static <K> void trim(Map<K, Tries> all, K keep, int max) {
        if (all.size() <= max) {
            return;
        }
        Iterator<Map.Entry<K, Tries>> oldest = all.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<K, Tries> entry = oldest.next();
            if (!entry.getValue().locked && !entry.getKey().equals(keep)) {
                oldest.remove();
                return;
            }
        }
        all.remove(all.keySet().iterator().next());
    }

    /** A password was right. */
    synchronized void succeeded(String user, InetAddress from) {
        users.remove(user);
        Set<InetAddress> own = known.computeIfAbsent(user, first -> new LinkedHashSet<>());
        InetAddress site = site(from);
        own.remove(site);
        own.add(site);
        if (own.size() > MAX_KNOWN) {
            own.remove(own.iterator().next());
        }
    }

    /** Only these users are there now: what is remembered of others is forgotten. */
    synchronized void keep(java.util.function.Predicate<String> exists) {
        known.keySet().removeIf(exists.negate());
        users.keySet().removeIf(exists.negate());
    }

    /** Ends the lock of a user; whether there was one. */
    synchronized boolean unlockUser(String user) {
        boolean was = locked(users, user);
        users.remove(user);
        return was;
    }

    /** Ends the lock of an address; whether there was one. */
    synchronized boolean unlockAddress(InetAddress address) {
        boolean was = locked(addresses, site(address));
        addresses.remove(site(address));
        return was;
    }

    /** Ends all locks and forgets all wrong passwords; how many locks there were. */
    synchronized int unlockAll() {
        int were = locks().size();
        users.clear();
        addresses.clear();
        return were;
    }

    /** The locks that hold. */
    synchronized List<Lock> locks() {
        List<Lock> all = new ArrayList<>();
        users.forEach((user, tries) -> lock("user", user, tries, all));
        addresses.forEach((site, tries) -> lock("address", text(site), tries, all));
        return all;
    }

    private void lock(String sort, String name, Tries tries, List<Lock> all) {
        long now = nanos.getAsLong();
        Policy wanted = policy.get();
        if (tries.locked && !tries.over(now, wanted)) {
            long left = wanted.nanos() - (now - tries.lockedAt);
            all.add(new Lock(sort, name, (int) TimeUnit.NANOSECONDS.toSeconds(left + TimeUnit.SECONDS.toNanos(1) - 1)));
        }
    }

    /** How often an address or a user was locked out since the start. */
    synchronized long locked() {
        return locks;
    }

    /** Passwords that were refused since the start because of a lock. */
    synchronized long refused() {
        return refused;
    }

    /** One site has as many IPv6 addresses as it likes, in a network of 64 bits (RFC 4291, 2.5.4): they count as one. */
    private static InetAddress site(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        byte[] bytes = address.getAddress();
        Arrays.fill(bytes, SITE_BYTES, bytes.length, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an IPv6 address has 16 bytes", e);
        }
    }

    private static String text(InetAddress site) {
        return Addresses.text(site) + (site instanceof Inet6Address ? "/64" : "");
    }
}
