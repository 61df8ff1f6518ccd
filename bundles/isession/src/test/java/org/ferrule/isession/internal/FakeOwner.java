package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.ferrule.codec.Codec;
import org.ferrule.codec.adaptive.AdaptiveCompression;
import org.ferrule.config.kind.Addresses;
import org.ferrule.memory.MemoryBudget;
import org.ferrule.stream.Stream;
import org.ferrule.traffic.VirtualServers;

/** What a fibre belongs to within a test: keeps what it is told, and takes all flows if it is to. */
final class FakeOwner implements FibreOwner {
    org.ferrule.codec.dictionary.Deduplication deduplication;
    int damages;
    final Map<String, Codec> codecs = new LinkedHashMap<>();
    final Stats stats = new Stats();
    final List<String> ended = new ArrayList<>();
    final List<String> leaving = new ArrayList<>();
    final List<Stream> accepted = new ArrayList<>();
    final List<Recorder> recorders = new ArrayList<>();
    final List<String> targets = new ArrayList<>();
    MemoryPool pool = new MemoryPool(1L << 30);
    final List<Throwable> failures = new ArrayList<>();
    Duration deadPeerTimeout = Duration.ofSeconds(15);
    boolean accepts = true;
    List<Route> advertised = List.of();
    final List<Routes> routes = new ArrayList<>();
    AdaptiveCompression adaptive;
    final List<Throwable> chooserFailures = new ArrayList<>();
    String self = "self";
    final MemoryBudget budget = new MemoryBudget(1L << 30, 1L << 30);
    FibreMemory memory = new FibreMemory(budget, 1L << 30);
    MemoryPool encoders = new MemoryPool(1L << 30);
    MemoryPool decoders = new MemoryPool(1L << 30);
    int readies;
    Map<String, String> hello = Map.of("device", "test");
    Consumer<Fibre> onReady = fibre -> {};
    VirtualServers.Acceptor acceptor = flow -> {
        Recorder recorder = new Recorder();
        flow.handler(recorder);
        accepted.add(flow);
        recorders.add(recorder);
    };

    @Override
    public void ready(Fibre fibre) {
        readies++;
        onReady.accept(fibre);
    }

    @Override
    public void leaving(Fibre fibre, String reason) {
        leaving.add(reason);
    }

    @Override
    public void ended(Fibre fibre, String reason) {
        ended.add(reason);
    }

    @Override
    public List<Route> advertised() {
        return advertised;
    }

    @Override
    public void routes(Routes next) {
        routes.add(next);
    }

    @Override
    public Optional<Codec> codec(String name) {
        return Optional.ofNullable(codecs.get(name));
    }

    @Override
    public Optional<org.ferrule.codec.dictionary.Deduplication> deduplication() {
        return Optional.ofNullable(deduplication);
    }

    @Override
    public String device() {
        return "peer";
    }

    @Override
    public void dictionaryDamaged() {
        damages++;
    }

    @Override
    public void codecFailed(Codec codec, Throwable why) {
        failures.add(why);
    }

    @Override
    public Duration deadPeerTimeout() {
        return deadPeerTimeout;
    }

    @Override
    public Optional<AdaptiveCompression> adaptive() {
        return Optional.ofNullable(adaptive);
    }

    @Override
    public void chooserFailed(Throwable why) {
        chooserFailures.add(why);
    }

    @Override
    public String self() {
        return self;
    }

    @Override
    public FibreMemory memory() {
        return memory;
    }

    @Override
    public MemoryPool encoders() {
        return encoders;
    }

    @Override
    public MemoryPool decoders() {
        return decoders;
    }

    @Override
    public VirtualServers.Answer answer(InetSocketAddress client, InetSocketAddress destination, String target) {
        targets.add(target);
        return accepts
                ? VirtualServers.Answer.taken(acceptor, false)
                : VirtualServers.Answer.refused(
                        "no virtual server that tunnels reach has the destination " + Addresses.text(destination));
    }

    @Override
    public MemoryPool pool() {
        return pool;
    }

    @Override
    public Map<String, String> hello() {
        return hello;
    }
}
