package org.ferrule.crypto.internal;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Home;
import org.ferrule.config.HostNames;
import org.ferrule.config.ObjectId;
import org.ferrule.config.Reservation;
import org.ferrule.config.kind.Kinds;
import org.ferrule.module.Configured;
import org.ferrule.shell.StatusProvider;
import org.ferrule.tls.ExpiringCertificates;
import org.ferrule.tls.TlsProfiles;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the SSL profiles of the configuration ready, and makes engines after them. */
// Registered by hand below, so that Karaf's resolver must be told of them.
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.ferrule.tls.ExpiringCertificates\"")
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.ferrule.shell.StatusProvider\"")
@Component(service = {TlsProfiles.class, ConfigModule.class})
public final class SslProfiles implements TlsProfiles, ConfigModule, Configured {
    private static final Logger LOG = LoggerFactory.getLogger(SslProfiles.class);
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    private static final long LOOK_SECONDS = 2;

    private final SslFiles files;
    private final Clock clock;
    private final ProfileCompiler compiler;
    private final ScheduledExecutorService sealer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "ssl-keys");
        thread.setDaemon(true);
        return thread;
    });
    private final List<ServiceRegistration<?>> registrations;
    private volatile Map<ObjectId, CompiledProfile> ready = Map.of();
    private volatile boolean configured;
    private Map<ObjectId, CompiledProfile> prepared = Map.of();

    /** Makes the shipped profile's certificate if it is not there. */
    @Activate
    public SslProfiles(BundleContext context) {
        this(Home.of(context), new MasterKeySecrets(context), HostNames.initial(context), Clock.systemUTC(), context);
    }

    SslProfiles(Home home, MasterKeySecrets secrets, String hostname, Clock clock, BundleContext context) {
        files = new SslFiles(home.ssl(), secrets);
        this.clock = clock;
        compiler = new ProfileCompiler(files);
        try {
            files.makeDefaults(hostname, clock.instant());
        } catch (IOException e) {
            // Other profiles may work all the same; those that name these files will say that they cannot be used.
            LOG.warn("The folder {} cannot be set up: {}", home.ssl(), e.getMessage());
        }
        registrations = context == null
                ? List.of()
                : List.of(
                        register(context, ClientSsl.KIND),
                        register(context, ServerSsl.KIND),
                        context.registerService(ExpiringCertificates.class, this::certificates, null));
        sealer.scheduleWithFixedDelay(files::sealAll, 0, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    private List<ExpiringCertificates.Used> certificates() {
        List<ExpiringCertificates.Used> used = new ArrayList<>();
        ready.forEach((id, profile) -> {
            if (profile.enabled() && !profile.chain().isEmpty()) {
                used.add(new ExpiringCertificates.Used(
                        "The certificate of " + title(id) + " (" + id.name() + ")",
                        profile.chain().get(0),
                        "Have it renewed (run sys crypto csr makes a request), put it into ssl/ and name it in the"
                                + " profile"));
            }
        });
        return used;
    }

    private ServiceRegistration<?> register(BundleContext context, String kind) {
        return context.registerService(StatusProvider.class, new SslStatus(kind, () -> ready, clock), null);
    }

    @Deactivate
    void stop() {
        registrations.forEach(ServiceRegistration::unregister);
        sealer.shutdownNow();
    }

    @Override
    public boolean configured() {
        return configured;
    }

    @Override
    public String module() {
        return "crypto";
    }

    @Override
    public List<Class<? extends Record>> kinds() {
        return List.of(ClientSsl.class, ServerSsl.class);
    }

    @Override
    public String shipped() {
        return ClientSsl.KIND + " /Common/clientssl { }\n" + ServerSsl.KIND + " /Common/serverssl { }\n";
    }

    @Override
    public Reservation prepare(ConfigTree running, ConfigTree proposed) throws ConfigException {
        Map<ObjectId, Record> before = profiles(running);
        Map<ObjectId, CompiledProfile> next = new HashMap<>();
        for (Map.Entry<ObjectId, Record> entry : profiles(proposed).entrySet()) {
            CompiledProfile compiled = compile(entry.getKey(), entry.getValue());
            // A profile that this transaction does not touch refuses nothing, though its file may be gone by now.
            if (!compiled.problem().isEmpty() && !entry.getValue().equals(before.get(entry.getKey()))) {
                throw ConfigException.invalid(
                        title(entry.getKey()) + " (" + entry.getKey().name() + "): " + compiled.problem());
            }
            next.put(entry.getKey(), compiled);
        }
        prepared = next;
        return () -> prepared = Map.of();
    }

    @Override
    public void reconcile(ConfigTree tree) {
        Map<ObjectId, CompiledProfile> next = new HashMap<>();
        profiles(tree).forEach((id, profile) -> {
            CompiledProfile made = prepared.get(id);
            CompiledProfile compiled = made != null && made.profile().equals(profile) ? made : compile(id, profile);
            if (!compiled.problem().isEmpty()) {
                LOG.warn("{} cannot be used and refuses every handshake: {}", id, compiled.problem());
            }
            next.put(id, compiled);
        });
        ready = Map.copyOf(next);
        configured = true;
    }

    private static Map<ObjectId, Record> profiles(ConfigTree tree) {
        Map<ObjectId, Record> profiles = new HashMap<>();
        tree.views(ClientSsl.class).forEach((name, view) -> profiles.put(new ObjectId(ClientSsl.KIND, name), view));
        tree.views(ServerSsl.class).forEach((name, view) -> profiles.put(new ObjectId(ServerSsl.KIND, name), view));
        return profiles;
    }

    private CompiledProfile compile(ObjectId id, Record profile) {
        boolean client = profile instanceof ServerSsl;
        try {
            return profile instanceof ClientSsl clientSsl
                    ? compiler.compile(clientSsl)
                    : compiler.compile((ServerSsl) profile);
        } catch (IOException e) {
            boolean enabled = profile instanceof ClientSsl c ? c.mode() : ((ServerSsl) profile).mode();
            CompiledProfile before = ready.get(id);
            // What works goes on working when a file is damaged under it.
            return before != null
                            && before.problem().isEmpty()
                            && before.profile().equals(profile)
                    ? before
                    : ProfileCompiler.broken(profile, client, enabled, e.getMessage());
        }
    }

    private static String title(ObjectId id) {
        Class<? extends Record> kind = id.kind().equals(ClientSsl.KIND) ? ClientSsl.class : ServerSsl.class;
        return Kinds.describe(kind).title();
    }

    @Override
    public Optional<SSLEngine> clientSide(String profile) {
        return engine(ClientSsl.KIND, profile, null, -1);
    }

    @Override
    public Optional<SSLEngine> serverSide(String profile, String host, int port) {
        return engine(ServerSsl.KIND, profile, host, port);
    }

    private Optional<SSLEngine> engine(String kind, String name, String host, int port) {
        CompiledProfile profile = ready.get(new ObjectId(kind, name));
        return profile == null || !profile.enabled()
                ? Optional.empty()
                : Optional.of(profile.engines().engine(host, port));
    }

    @Override
    public Duration handshakeTimeout(String profile) {
        CompiledProfile clientSide = ready.get(new ObjectId(ClientSsl.KIND, profile));
        CompiledProfile found = clientSide != null ? clientSide : ready.get(new ObjectId(ServerSsl.KIND, profile));
        return found == null ? DEFAULT_TIMEOUT : found.handshakeTimeout();
    }
}
