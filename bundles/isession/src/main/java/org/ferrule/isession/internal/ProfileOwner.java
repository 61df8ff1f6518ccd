package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ferrule.codec.Codec;
import org.ferrule.codec.adaptive.AdaptiveCompression;
import org.ferrule.codec.dictionary.Deduplication;
import org.ferrule.traffic.VirtualServers;

/** What every fibre of the module is given, whoever opened it: codecs, settings of its profile, virtual servers, memory. */
abstract class ProfileOwner implements FibreOwner {
    private final Core core;
    private final String profile;
    private final MemoryPool pool;

    /** @param pool the memory in which flows of the peer receive */
    ProfileOwner(Core core, String profile, MemoryPool pool) {
        this.core = core;
        this.profile = profile;
        this.pool = pool;
    }

    /** Memory for what one peer sends by a profile. */
    static MemoryPool poolOf(Core core, String profile) {
        return new MemoryPool(core.profile(profile).receiveLimit(), core.pool());
    }

    @Override
    public final List<Route> advertised() {
        return core.advertised();
    }

    @Override
    public final Optional<Codec> codec(String name) {
        return core.services().codecs().best(name);
    }

    @Override
    public final Optional<Deduplication> deduplication() {
        return core.services().deduplications().best();
    }

    @Override
    public final void dictionaryDamaged() {
        core.dictionaryDamaged(device());
    }

    @Override
    public final void codecFailed(Codec codec, Throwable why) {
        core.codecFailed(codec, why);
    }

    @Override
    public final Optional<AdaptiveCompression> adaptive() {
        return core.services().adaptive().best();
    }

    @Override
    public final void chooserFailed(Throwable why) {
        core.chooserFailed(why);
    }

    @Override
    public final String self() {
        return core.self();
    }

    @Override
    public final FibreMemory memory() {
        return core.memory();
    }

    @Override
    public final MemoryPool encoders() {
        return core.encoders();
    }

    @Override
    public final MemoryPool decoders() {
        return core.decoders();
    }

    @Override
    public final Duration deadPeerTimeout() {
        return core.profile(profile).deadPeer();
    }

    @Override
    public final VirtualServers.Answer answer(InetSocketAddress client, InetSocketAddress destination, String target) {
        VirtualServers.Answer answer = core.services()
                .virtuals()
                .best()
                .map(v -> v.find(new VirtualServers.Arrival(client, destination, target, core.noStraight())))
                .orElseGet(() -> VirtualServers.Answer.refused("module virtual is not running"));
        if (answer.straight()) {
            core.stats(Settings.ROOT).straight.increment();
        }
        return answer;
    }

    @Override
    public final MemoryPool pool() {
        return pool;
    }

    @Override
    public final Map<String, String> hello() {
        return core.hello();
    }
}
