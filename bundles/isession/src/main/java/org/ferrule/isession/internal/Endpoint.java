package org.ferrule.isession.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.ferrule.config.kind.Addresses;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Network;

/** A far end that this one dials for a profile: at least one line a loop, and what was counted of them. Any thread. */
final class Endpoint implements FarEnd, Tunnel.Watch {
    private final String profile;
    private final InetSocketAddress address;
    private final Network network;
    private final List<EventLoop> loops;
    private final Core core;
    private final Stats stats = new Stats();
    private final AtomicReference<String> problem = new AtomicReference<>("not connected yet");

    /** What was last found worth telling; losing the last fibre is news after losing another for the same reason. */
    private final AtomicReference<String> logged = new AtomicReference<>("");

    private final List<Tunnel> tunnels = new CopyOnWriteArrayList<>();
    private final TransparentLines transparent;

    /** Fibres of one flow each, with what their peers proved. */
    private final Map<Fibre, Dial.Proof> singles = new ConcurrentHashMap<>();

    private final TunnelEvent.State told = new TunnelEvent.State(true);
    private volatile String device = "";
    private volatile Routes routes = Routes.NONE;
    private final MemoryPool pool;
    private final Pacing pacing = new Pacing();

    /** @param network on whose loops it lives */
    Endpoint(String profile, InetSocketAddress address, Network network, Core core) {
        this.profile = profile;
        this.address = address;
        this.network = network;
        loops = network.loops();
        this.core = core;
        pool = ProfileOwner.poolOf(core, profile);
        transparent = new TransparentLines(this, core);
        loops.forEach(loop -> tunnels.add(new Tunnel(this, this, loop, core)));
    }

    void start() {
        tunnels.forEach(Tunnel::start);
    }

    private String named() {
        return device.isEmpty() ? Addresses.text(address) : device;
    }

    void stop(String reason) {
        told.down(named(), reason);
        tunnels.forEach(tunnel -> tunnel.stop(reason));
        transparent.stop(reason);
        singles.keySet().forEach(fibre -> fibre.loop().execute(() -> fibre.stop(reason)));
    }

    /** Takes no more flows and opens no more fibres; what there is goes on to its end. */
    void retire(String reason) {
        told.down(named(), reason);
        tunnels.forEach(tunnel -> tunnel.retire(reason));
        transparent.retire(reason);
        singles.keySet().forEach(fibre -> fibre.loop().execute(() -> fibre.retire(reason)));
    }

    Network network() {
        return network;
    }

    /** How many fibres there are, of any state. */
    int count() {
        int count = singles.size();
        for (Tunnel tunnel : tunnels) {
            count += tunnel.count();
        }
        return count + transparent.count();
    }

    /** The configuration or the codecs changed. */
    void optionsChanged() {
        pool.resize(core.profile(profile).receiveLimit());
        tunnels.forEach(Tunnel::optionsChanged);
        transparent.tunnels().forEach(Tunnel::optionsChanged);
        Options options = core.options(profile);
        singles.keySet().forEach(fibre -> fibre.loop().execute(() -> fibre.options(options)));
    }

    /** Trust in devices changed. */
    void trustChanged() {
        tunnels.forEach(Tunnel::trustChanged);
        transparent.tunnels().forEach(Tunnel::trustChanged);
        singles.forEach((fibre, proof) -> {
            if (core.trusted(proof.certificate()).isEmpty()) {
                fibre.loop().execute(() -> fibre.stop("this device is no longer trusted"));
            }
        });
    }

    /** How its fibres are kept from filling the link's queue. */
    Pacing pacing() {
        return pacing;
    }

    /** The memory in which its flows receive. */
    MemoryPool pool() {
        return pool;
    }

    String profile() {
        return profile;
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    Stats stats() {
        return stats;
    }

    /** The lines of all loops. */
    List<Tunnel> tunnels() {
        return tunnels;
    }

    /** The lines to further ports. */
    TransparentLines transparent() {
        return transparent;
    }

    // ---- fibres

    /** A fibre of the profile on a session with the endpoint. */
    Fibre fibre(org.ferrule.stream.Stream session, FibreOwner owner) {
        return new Fibre(session, true, owner, core.options(profile), stats, core.stats(profile));
    }

    @Override
    public List<Fibre> fibres() {
        return tunnels.stream().map(Tunnel::readyFibre).filter(Objects::nonNull).toList();
    }

    @Override
    public List<Fibre> all() {
        return Stream.concat(tunnels.stream(), transparent.tunnels().stream())
                .map(Tunnel::readyFibre)
                .filter(Objects::nonNull)
                .toList();
    }

    @Override
    public Fibre readyFibre(EventLoop loop) {
        return FarEnd.leastLoaded(fibres(), loop);
    }

    @Override
    public Routes told() {
        return routes;
    }

    /** Whether it was found by a probe, and not named by people. */
    boolean found() {
        return core.discovered().is(address) || core.settings().wasFound(address);
    }

    /** Whether it is taken for a destination that nobody has a route to. */
    boolean takesUnrouted(InetAddress destination) {
        return core.discovered().serves(destination, address) || routes().foundOnly() && !found();
    }

    /** The peer told them. */
    void routes(Routes next) {
        routes = next;
    }

    /**
     * A ready fibre of a loop that has no flow; it is the caller's, and is replaced. Null if there is none to spare: one
     * ready fibre of each loop stays, since it tells that the endpoint is there. On that loop.
     */
    Fibre spare(EventLoop loop) {
        List<Tunnel> ready = tunnels.stream()
                .filter(tunnel -> tunnel.loop() == loop && tunnel.readyFibre() != null)
                .toList();
        return ready.size() < 2
                ? null
                : ready.stream()
                        .map(Tunnel::take)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
    }

    /** A fibre of one flow is there. */
    void joined(Fibre fibre, Dial.Proof proof) {
        singles.put(fibre, proof);
    }

    /** It is over. */
    void left(Fibre fibre) {
        singles.remove(fibre);
    }

    // ---- how many

    /** Opens more lines where flows need them, and leaves those that rest. Called from time to time, by one thread. */
    void tend() {
        pacing.look(all(), loops.get(0).nanoTime());
        IsessionProfile settings = core.profile(profile);
        for (EventLoop loop : loops) {
            tend(settings, loop, tunnels.stream().filter(t -> t.loop() == loop).toList());
        }
        transparent.tend(settings);
    }

    private void tend(IsessionProfile settings, EventLoop loop, List<Tunnel> lines) {
        int least = share(settings.minFibres());
        int most = Math.max(least, share(settings.maxFibres()));
        List<Fibre> ready =
                lines.stream().map(Tunnel::readyFibre).filter(Objects::nonNull).toList();
        long unused = ready.stream().filter(fibre -> fibre.flowCount() == 0).count();
        boolean allUp = ready.size() == lines.size();
        boolean full = ready.stream().allMatch(fibre -> fibre.flowCount() >= settings.flowsPerFibre());
        int spare = settings.spareFibres() == 0 ? 0 : share(settings.spareFibres());
        if (!settings.reuseConnection()) {
            // Nobody uses the one that stays.
            spare++;
        }
        if (lines.size() < least || lines.size() < most && allUp && (full || unused < spare)) {
            Tunnel more = new Tunnel(this, this, loop, core);
            tunnels.add(more);
            more.start();
            return;
        }
        boolean tooMany = lines.size() > least && unused > spare;
        lines.stream()
                .filter(line -> line.idle().compareTo(settings.fibreIdle()) >= 0 && tooMany)
                .max(Comparator.comparing(Tunnel::idle))
                .ifPresent(line -> {
                    tunnels.remove(line);
                    line.retire("it was idle");
                });
    }

    /** A loop's share of so many fibres: at least one, since flows stay on their client's loop. */
    private int share(int fibres) {
        return Math.max(1, (fibres + loops.size() - 1) / loops.size());
    }

    // ---- the peer

    @Override
    public String device() {
        return device;
    }

    void device(String name) {
        if (!name.equals(device)) {
            transparent.retire("another appliance answers on the tunnel port");
            device = name;
        }
    }

    @Override
    public boolean meets(String name) {
        device(name);
        return true;
    }

    /** One fibre is up; the other loops, whose clients have none yet, try at once. */
    @Override
    public void connected() {
        problem.set("");
        logged.set("");
        told.up(named());
        stats.reconnects.increment();
        tunnels.forEach(Tunnel::wake);
    }

    @Override
    public boolean failed(String reason) {
        problem.set(reason);
        if (!up()) {
            told.down(named(), reason);
        }
        String news = up() + reason;
        return !news.equals(logged.getAndSet(news));
    }

    @Override
    public boolean up() {
        return !fibres().isEmpty();
    }

    String problem() {
        return problem.get();
    }
}
