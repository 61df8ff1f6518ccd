package org.ferrule.memory;

import java.lang.management.ManagementFactory;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The one budget of memory for whatever grows with connections and peers. Each holder has accounts in it; what one takes,
 * no other can have. Where it is short holders make do with less, where it is scarce nothing new is taken in: so the
 * process never runs out of memory, however many peers read slowly.
 *
 * <p>As the memory is the Java machine's, so is its budget: it outlives every module, and two versions of one that run side
 * by side share it.
 */
public final class MemoryBudget {
    /** Made when it is first asked for. */
    private static final class OfProcess {
        private static final MemoryBudget BUDGET = new MemoryBudget(whole(Area.HEAP), whole(Area.DIRECT));
    }

    private static final long MEGABYTE = 1 << 20;

    /** What the program itself has on the heap, at most half of a small one; and the part that collecting needs to breathe. */
    private static final long PROGRAM = 80 * MEGABYTE;

    private static final int BREATH = 8;

    /** Buffers that are always there: those of loops, and what TLS, codecs and the disk keep for themselves. */
    private static final long PERMANENT = 16 * MEGABYTE;

    private final Map<Area, Region> regions = new EnumMap<>(Area.class);
    private final Set<MemoryAccount> accounts = ConcurrentHashMap.newKeySet();

    /** What the Java machine was started with: the one that all modules share. */
    public static MemoryBudget ofProcess() {
        return OfProcess.BUDGET;
    }

    /**
     * One that nobody else shares; for tests.
     *
     * @param heap the whole heap
     * @param direct all that buffers outside of it may take
     */
    public MemoryBudget(long heap, long direct) {
        put(Area.HEAP, heap - heap / BREATH - Math.min(PROGRAM, heap / 2));
        put(Area.DIRECT, direct - Math.min(PERMANENT, direct / 4));
        put(Area.NATIVE, Long.MAX_VALUE);
    }

    private void put(Area area, long size) {
        regions.put(area, new Region(area, size));
    }

    /** All that the Java machine may take of an area; {@link Long#MAX_VALUE} for {@link Area#NATIVE}. */
    public static long whole(Area area) {
        return switch (area) {
            case HEAP -> Runtime.getRuntime().maxMemory();
            case DIRECT ->
                ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                        .filter(argument -> argument.startsWith("-XX:MaxDirectMemorySize="))
                        .map(argument -> argument.substring(argument.indexOf('=') + 1))
                        .mapToLong(MemoryBudget::bytes)
                        .reduce(Runtime.getRuntime().maxMemory(), (before, last) -> last);
            case NATIVE -> Long.MAX_VALUE;
        };
    }

    /** A size as the Java machine takes it: {@code 768m}. */
    static long bytes(String size) {
        int shift = "kmgt".indexOf(Character.toLowerCase(size.charAt(size.length() - 1))) + 1;
        String digits = shift == 0 ? size : size.substring(0, size.length() - 1);
        return Long.parseLong(digits) << 10 * shift;
    }

    /**
     * An account for what comes and goes with connections.
     *
     * @param holder who it is, as a person would say it
     */
    public MemoryAccount open(String holder, Area area) {
        return open(holder, area, false);
    }

    /** An account for what is set aside for good, whether it is in use or not: others have that much less. */
    public MemoryAccount openStanding(String holder, Area area) {
        return open(holder, area, true);
    }

    private MemoryAccount open(String holder, Area area, boolean standing) {
        MemoryAccount account = new MemoryAccount(this, regions.get(area), holder, standing);
        accounts.add(account);
        return account;
    }

    /** Gives whether it was open. */
    boolean forget(MemoryAccount account) {
        return accounts.remove(account);
    }

    /** All that are open, by area and holder. */
    public List<MemoryAccount> accounts() {
        return accounts.stream()
                .sorted(Comparator.comparing(MemoryAccount::area).thenComparing(MemoryAccount::holder))
                .toList();
    }

    /** How much is left of an area. */
    public Level level(Area area) {
        return regions.get(area).level();
    }

    /** What accounts may have of an area, all together. */
    public long size(Area area) {
        return regions.get(area).size();
    }

    /** What accounts have of an area. */
    public long used(Area area) {
        return regions.get(area).used();
    }

    /** How often an area came to be short. */
    public long shortages(Area area) {
        return regions.get(area).shortages();
    }
}
