package org.ferrule.dedup.internal;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ferrule.codec.dictionary.Deduplication;
import org.ferrule.codec.dictionary.Dictionary;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Home;
import org.ferrule.config.Reservation;
import org.ferrule.config.Secrets;
import org.ferrule.memory.Area;
import org.ferrule.memory.MemoryAccount;
import org.ferrule.memory.MemoryBudget;
import org.ferrule.module.Configured;
import org.ferrule.module.Drainable;
import org.ferrule.module.Providers;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** De-duplication: one store for all, one dictionary for each device. */
@Component(service = {Deduplication.class, ConfigModule.class, Drainable.class, DedupService.class})
public final class DedupService implements Deduplication, ConfigModule, Configured, Drainable {
    private static final Logger LOG = LoggerFactory.getLogger(DedupService.class);

    /** The second version of Ferrule's blocks and messages; see docs/deduplication.md. */
    private static final String CODEC = "fdd-2";

    private static final String SHIPPED = "sys datastor { }\nwom deduplication { }\n";

    /** A dictionary of fewer segments is none. */
    private static final int LEAST_SEGMENTS = 8;

    /** How often a disk is tried that could not be opened. */
    private static final int RETRY_SECONDS = 2;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, DeviceDictionary> dictionaries = new ConcurrentHashMap<>();
    private final Map<String, Counts> counts = new ConcurrentHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile DeduplicationSettings settings = DeduplicationSettings.DEFAULTS;
    private volatile Datastor datastor = DeduplicationSettings.STORE;
    private volatile Store store = DirectMemory.store(datastor);
    /** Those that nobody joins any more, as long as they have fibres. */
    private final Set<DeviceDictionary> retired = ConcurrentHashMap.newKeySet();

    private final ScheduledExecutorService retries = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "ferrule-dedup");
        thread.setDaemon(true);
        return thread;
    });

    private volatile boolean draining;
    private final Providers<Secrets> secrets = new Providers<>();
    private final DatastorDisk disk;
    private final MemoryAccount memory;

    /** Whether the settings are known: what begins before would begin anew a moment later. */
    private volatile boolean configured;

    @Activate
    public DedupService(BundleContext context) {
        this(MemoryBudget.ofProcess(), Home.of(context).datastor());
    }

    /** Without a disk, and with memory of its own. */
    public DedupService() {
        this(new MemoryBudget(MemoryBudget.whole(Area.HEAP), MemoryBudget.whole(Area.DIRECT)), null);
    }

    /** @param budget of the memory, in which that of dictionaries is set aside */
    private DedupService(MemoryBudget budget, Path folder) {
        memory = budget.openStanding("dictionaries", Area.DIRECT);
        setAside();
        disk = new DatastorDisk(folder, secrets::best, random, this::counts);
        configured = folder == null;
    }

    @Reference(
            service = Secrets.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindSecrets(ServiceReference<Secrets> reference, Secrets service) {
        secrets.add(reference, service);
        if (disk.canBeOpened()) {
            changeDisk(datastor);
            tell();
        }
    }

    void unbindSecrets(ServiceReference<Secrets> reference) {
        // What is open stays open: it needs them for new peers only.
        secrets.remove(reference);
    }

    @Deactivate
    void deactivate() {
        draining = true;
        retries.shutdownNow();
        synchronized (this) {
            listeners.clear();
            clear();
        }
        closeDisk();
        memory.close();
    }

    /** Others have what is left by all that the dictionaries take when they are full. */
    private void setAside() {
        memory.take(datastor.memory() - datastor.bytes() + ((long) store.size() << Segment.LOG_SIZE) - memory.used());
    }

    private void closeDisk() {
        synchronized (disk) {
            disk.close();
        }
    }

    // ---- a newer version takes over

    /** The fibres that have joined dictionaries, those that no fibre joins any more included. */
    @Override
    public boolean configured() {
        return configured;
    }

    @Override
    public int users() {
        retired.removeIf(dictionary -> dictionary.sessions().isEmpty());
        return Stream.concat(dictionaries.values().stream(), retired.stream())
                .flatMap(dictionary -> dictionary.sessions().stream())
                .mapToInt(Session::fibres)
                .sum();
    }

    /** The newer version has been asked for dictionaries since it was there; now it gets the disk, too. */
    @Override
    public void drain() {
        synchronized (this) {
            draining = true;
            dictionaries.values().forEach(dictionary -> dictionary.sessions().forEach(Session::flush));
        }
        closeDisk();
    }

    @Override
    public void resume() {
        draining = false;
        again();
    }

    DatastorDisk disk() {
        return disk;
    }

    private Counts counts(String device) {
        return counts.computeIfAbsent(device, any -> new Counts());
    }

    Store store() {
        return store;
    }

    Datastor datastor() {
        return datastor;
    }

    DeduplicationSettings settings() {
        return settings;
    }

    /** By device. */
    Map<String, DeviceDictionary> dictionaries() {
        return new TreeMap<>(dictionaries);
    }

    // ---- what tunnels use

    @Override
    public String codec() {
        return CODEC;
    }

    @Override
    public Dictionary dictionary(String device) {
        DeviceDictionary known = dictionaries.get(device);
        return known != null ? known : create(device);
    }

    private synchronized Dictionary create(String device) {
        return dictionaries.computeIfAbsent(
                device,
                d -> new DeviceDictionary(
                        store,
                        this::quota,
                        () -> obstacle(d),
                        epoch -> outdated(d, epoch),
                        this::balance,
                        counts(d),
                        disk.peer(d),
                        random));
    }

    /** Those that have something share the memory alike. */
    private int quota() {
        long users = dictionaries.values().stream()
                .filter(dictionary -> !dictionary.sessions().isEmpty())
                .count();
        return (int) (store.size() / Math.max(1, users));
    }

    /** More or fewer share the memory. */
    private void balance() {
        dictionaries.values().forEach(dictionary -> dictionary.sessions().forEach(Session::balance));
    }

    private String obstacle(String device) {
        if (!configured) {
            return "module dedup has just been started";
        }
        if (!settings.mode()) {
            return "mode of wom deduplication is disabled";
        }
        DeviceDictionary own = dictionaries.get(device);
        if (own != null && !own.sessions().isEmpty()) {
            return "";
        }
        long most = Math.min(settings.maxEndpointCount(), store.size() / LEAST_SEGMENTS);
        long users = dictionaries.values().stream()
                .filter(dictionary -> !dictionary.sessions().isEmpty())
                .count();
        return users < most
                ? ""
                : users
                        + " peers have dictionaries, which max-endpoint-count of wom deduplication and memory-cache-size of"
                        + " sys datastor allow";
    }

    @Override
    public void refresh(String device) {
        disk.forget(device);
        outdated(device, null);
    }

    /**
     * Another dictionary takes the place of that of a device.
     *
     * @param which if it is this one still; null: whichever it is
     */
    private void outdated(String device, String which) {
        synchronized (this) {
            DeviceDictionary gone = dictionaries.get(device);
            if (gone != null && (which == null || which.equals(gone.epoch()))) {
                dictionaries.remove(device);
                retire(gone);
            }
        }
        tell();
    }

    @Override
    public AutoCloseable onChange(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void tell() {
        listeners.forEach(Runnable::run);
    }

    private void clear() {
        // What is in memory goes; the disk keeps it.
        dictionaries.values().forEach(dictionary -> dictionary.sessions().forEach(Session::flush));
        dictionaries.values().forEach(this::retire);
        dictionaries.clear();
    }

    private void retire(DeviceDictionary dictionary) {
        retired.add(dictionary);
        dictionary.retire();
    }

    // ---- configuration

    @Override
    public String module() {
        return "dedup";
    }

    @Override
    public List<Class<? extends Record>> kinds() {
        return List.of(Datastor.class, DeduplicationSettings.class);
    }

    @Override
    public String shipped() {
        return SHIPPED;
    }

    @Override
    public Reservation prepare(ConfigTree running, ConfigTree proposed) throws ConfigException {
        Datastor wanted = proposed.view(Datastor.class, "").orElse(DeduplicationSettings.STORE);
        if (wanted.pruningLowWater() >= wanted.pruningHighWater()) {
            throw ConfigException.invalid("sys datastor: pruning-low-water (" + wanted.pruningLowWater()
                    + ") must be below pruning-high-water (" + wanted.pruningHighWater() + ")");
        }
        long most = DirectMemory.megabytes();
        long needed = (wanted.memory() >> 20) + 1;
        if (!wanted.equals(datastor) && needed > most) {
            throw ConfigException.invalid("sys datastor: with memory-cache-size " + wanted.memoryCacheSize()
                    + (wanted.disk() ? " and disk-cache-size " + wanted.diskCacheSize() : "") + " it needs " + needed
                    + " megabytes outside of the Java heap with its index, and can have " + Math.max(0, most) + " of "
                    + (most + DirectMemory.OTHERS) + ": others need " + DirectMemory.OTHERS
                    + ". Start the appliance with a larger FERRULE_DIRECT.");
        }
        return Reservation.NOTHING;
    }

    @Override
    public void reconcile(ConfigTree tree) {
        boolean changed;
        boolean otherDisk;
        synchronized (this) {
            Datastor next = tree.view(Datastor.class, "").orElse(DeduplicationSettings.STORE);
            DeduplicationSettings nextSettings =
                    tree.view(DeduplicationSettings.class, "").orElse(DeduplicationSettings.DEFAULTS);
            boolean resized = next.memoryCacheSize() != datastor.memoryCacheSize();
            otherDisk = disk.differs(next);
            changed = resized || otherDisk || !nextSettings.equals(settings);
            datastor = next;
            settings = nextSettings;
            if (resized || otherDisk) {
                clear();
                store = resized ? DirectMemory.store(next) : store;
                setAside();
            } else if (!settings.mode()) {
                clear();
            }
        }
        if (otherDisk) {
            changeDisk(datastor);
        }
        if (changed || !configured) {
            configured = true;
            tell();
        }
    }

    /** Not under the lock that event loops take: it waits for the disk. */
    private void changeDisk(Datastor next) {
        synchronized (disk) {
            disk.change(next);
        }
        synchronized (this) {
            clear();
        }
        retryLater();
    }

    private void retryLater() {
        if (!draining && disk.canBeOpened()) {
            retries.schedule(this::again, RETRY_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void again() {
        boolean opened;
        synchronized (disk) {
            opened = !draining && disk.retry();
        }
        if (opened) {
            synchronized (this) {
                clear();
            }
            tell();
        }
        retryLater();
    }
}
