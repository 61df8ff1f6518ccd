package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.ferrule.codec.dictionary.Dictionary;
import org.ferrule.codec.dictionary.FibreDictionary;

/**
 * What this end keeps with one device, from an epoch's beginning to its end: a session for each epoch of the other end, of
 * which but the last are on their way out. Any thread.
 */
final class DeviceDictionary implements Dictionary {
    private static final int EPOCH_BYTES = 16;

    private final String epoch;
    private final Store store;
    private final IntSupplier quota;
    private final Supplier<String> obstacle;
    private final Runnable used;
    private final Consumer<String> outdated;
    private final Counts counts;
    private final SecureRandom random;
    private final PeerDisk disk;
    private final Gear gear;
    private final DomainKeys hookKeys;

    /** Replaced as a whole: sessions ask, under their own locks, how many others there are. */
    private volatile Map<String, Shared> sessions = Map.of();

    private String last = "";

    /** Epochs of the other end that came to their end here: it may still have what this end has forgotten. */
    private final Set<String> forgotten = new HashSet<>();

    private boolean retired;

    private record Shared(Session session, Domains domains) {}

    /**
     * @param quota how many segments it may have now
     * @param obstacle why it cannot be used now; "" if it can
     * @param outdated brings about that another dictionary takes the place of this one, whose epoch it is given
     * @param disk what is on disk of the device; null: nothing is kept there
     * @param used is told when fibres come or go, which others may want to know
     */
    DeviceDictionary(
            Store store,
            IntSupplier quota,
            Supplier<String> obstacle,
            Consumer<String> outdated,
            Runnable used,
            Counts counts,
            PeerDisk disk,
            SecureRandom random) {
        this.store = store;
        this.quota = quota;
        this.obstacle = obstacle;
        this.outdated = outdated;
        this.used = used;
        this.counts = counts;
        this.random = random;
        this.disk = disk;
        gear = disk == null ? new Gear(random) : disk.secrets().gear();
        hookKeys = disk == null ? new DomainKeys(bytes(PeerSecrets.SECRET_BYTES)) : disk.domainKeys();
        epoch = HexFormat.of().formatHex(bytes(EPOCH_BYTES));
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @Override
    public String epoch() {
        return epoch;
    }

    @Override
    public String obstacle() {
        return obstacle.get();
    }

    /** Null: nothing is kept on disk. */
    PeerDisk disk() {
        return disk;
    }

    Counts counts() {
        return counts;
    }

    @Override
    public FibreDictionary join(String peerEpoch, Link link) {
        FibreMember member = member(peerEpoch, link);
        if (member == null) {
            link.loop().execute(() -> outdated.accept(epoch));
            return NoMember.INSTANCE;
        }
        member.join();
        used.run();
        return member;
    }

    /** Null: the other end knows more of it than this one does. */
    private synchronized FibreMember member(String peerEpoch, Link link) {
        if (retired || forgotten.contains(peerEpoch)) {
            return null;
        }
        last = peerEpoch;
        Shared shared = sessions.get(peerEpoch);
        if (shared == null) {
            ByteBuffer names = names(peerEpoch);
            long checkKey = names.getLong();
            Recalls.Place place = new Recalls.Place(disk, Pair.read(names), epoch.compareTo(peerEpoch) < 0);
            shared = new Shared(
                    new Session(store, gear, checkKey, quota, place, counts),
                    new Domains(new DomainKeys(bytes(PeerSecrets.SECRET_BYTES)), hookKeys));
            Map<String, Shared> next = new HashMap<>(sessions);
            next.put(peerEpoch, shared);
            sessions = Map.copyOf(next);
        }
        FibreMember member = new FibreMember(this, shared.session(), link, shared.domains());
        shared.session().enter(member);
        tidy();
        return member;
    }

    /** Both ends reckon the same, and nobody else knows the epochs: they travel inside TLS only. */
    private ByteBuffer names(String peerEpoch) {
        try {
            String both = epoch.compareTo(peerEpoch) < 0 ? epoch + peerEpoch : peerEpoch + epoch;
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(both.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** A fibre is over. */
    void left() {
        retireOld();
        used.run();
    }

    private synchronized void retireOld() {
        tidy();
    }

    /** Nobody joins any more. */
    synchronized void retire() {
        retired = true;
        tidy();
    }

    private void tidy() {
        Map<String, Shared> next = new HashMap<>(sessions);
        next.entrySet().removeIf(entry -> {
            Session session = entry.getValue().session();
            boolean over = (retired || !entry.getKey().equals(last)) && session.abandoned();
            if (over) {
                session.close();
                forgotten.add(entry.getKey());
            }
            return over;
        });
        sessions = Map.copyOf(next);
    }

    List<Session> sessions() {
        return sessions.values().stream().map(Shared::session).toList();
    }
}
