package org.ferrule.dedup.internal;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.ferrule.codec.dictionary.Deduplication;
import org.ferrule.codec.dictionary.Dictionary;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Home;
import org.ferrule.config.Reservation;
import org.ferrule.config.Secrets;
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
@Component(service = {Deduplication.class, ConfigModule.class, DedupService.class})
public final class DedupService implements Deduplication, ConfigModule {
    private static final Logger LOG = LoggerFactory.getLogger(DedupService.class);

    /** The second version of Ferrule's blocks and messages; see docs/deduplication.md. */
    private static final String CODEC = "fdd-2";

    private static final String SHIPPED = "sys datastor { }\nwom deduplication { }\n";

    /** Memory outside of the heap that sockets, TLS and codecs need. */
    private static final int OTHERS_MEGABYTES = 128;

    /** A dictionary of fewer segments is none. */
    private static final int LEAST_SEGMENTS = 8;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, DeviceDictionary> dictionaries = new ConcurrentHashMap<>();
    private final Map<String, Counts> counts = new ConcurrentHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile DeduplicationSettings settings = DeduplicationSettings.DEFAULTS;
    private volatile Datastor datastor = DeduplicationSettings.STORE;
    private volatile Store store = store(datastor);
    private final Providers<Secrets> secrets = new Providers<>();
    private final DatastorDisk disk;

    /** Whether the settings are known: what begins before would begin anew a moment later. */
    private volatile boolean configured;

    @Activate
    public DedupService(BundleContext context) {
        this(Home.of(context).datastor());
    }

    /** Without a disk. */
    public DedupService() {
        this((Path) null);
    }

    private DedupService(Path folder) {
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
        synchronized (this) {
            listeners.clear();
            clear();
        }
        disk.close();
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
                gone.retire();
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
        dictionaries.values().forEach(DeviceDictionary::retire);
        dictionaries.clear();
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
        long most = directMemory() / (1 << 20) - OTHERS_MEGABYTES;
        long needed = (wanted.memory() >> 20) + 1;
        if (!wanted.equals(datastor) && needed > most) {
            throw ConfigException.invalid("sys datastor: with memory-cache-size " + wanted.memoryCacheSize()
                    + (wanted.disk() ? " and disk-cache-size " + wanted.diskCacheSize() : "") + " it needs " + needed
                    + " megabytes outside of the Java heap with its index, and can have " + Math.max(0, most) + " of "
                    + (most + OTHERS_MEGABYTES) + ": others need " + OTHERS_MEGABYTES
                    + ". Start the appliance with a larger FERRULE_DIRECT.");
        }
        return Reservation.NOTHING;
    }

    /** As large as the configuration has it, but never so large that the memory could not be had when it fills. */
    private static Store store(Datastor wanted) {
        long most = Math.max((long) Datastor.LEAST_MEMORY << 20, directMemory() - ((long) OTHERS_MEGABYTES << 20));
        if (wanted.bytes() > most) {
            LOG.warn(
                    "sys datastor memory-cache-size is {} megabytes, of which {} can be had: see FERRULE_DIRECT",
                    wanted.memoryCacheSize(),
                    most >> 20);
        }
        return new Store(Math.min(wanted.bytes(), most));
    }

    private static long directMemory() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-XX:MaxDirectMemorySize="))
                .map(argument -> argument.substring(argument.indexOf('=') + 1))
                .mapToLong(DedupService::bytes)
                .reduce(Runtime.getRuntime().maxMemory(), (before, last) -> last);
    }

    /** A size as the Java machine takes it: {@code 768m}. */
    static long bytes(String size) {
        int shift = "kmgt".indexOf(Character.toLowerCase(size.charAt(size.length() - 1))) + 1;
        String digits = shift == 0 ? size : size.substring(0, size.length() - 1);
        return Long.parseLong(digits) << 10 * shift;
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
                store = resized ? store(next) : store;
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
    }
}
