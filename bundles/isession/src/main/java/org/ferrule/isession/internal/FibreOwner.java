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

/** What a fibre needs of the tunnel, or of the listener, that it belongs to. */
interface FibreOwner {
    /** The peer has said who it is and what it allows: flows can be opened. */
    void ready(Fibre fibre);

    /** What this appliance can serve, to be told to the peer. */
    List<Route> advertised();

    /** What the peer says it can serve. */
    void routes(Routes routes);

    /** It takes no more flows; those that it has go on, and it ends with the last of them. */
    void leaving(Fibre fibre, String reason);

    /** It is over. */
    void ended(Fibre fibre, String reason);

    /** A codec that is there now. */
    Optional<Codec> codec(String name);

    /** Who keeps dictionaries, if somebody does. */
    Optional<Deduplication> deduplication();

    /** What peers refer to is not what is kept here: the dictionary begins anew. */
    void dictionaryDamaged();

    /** The trusted device at the other end. */
    String device();

    /** The codec failed to compress, which is nothing that data can bring about. */
    void codecFailed(Codec codec, Throwable why);

    /** How long nothing may be heard of the peer. */
    Duration deadPeerTimeout();

    /** Who chooses how blocks are compressed, if somebody does. */
    Optional<AdaptiveCompression> adaptive();

    /** Whoever chooses failed. */
    void chooserFailed(Throwable why);

    /** What flows that passed this appliance are marked with. */
    String self();

    /** The memory of fibres, and of what waits to be sent. */
    FibreMemory memory();

    /** The memory of what compresses. */
    MemoryPool encoders();

    /** The memory of what peers compress for. */
    MemoryPool decoders();

    /** Who takes a flow that the peer opens, or why nobody does. */
    VirtualServers.Answer answer(InetSocketAddress client, InetSocketAddress destination, String target);

    /** The memory in which flows receive. */
    MemoryPool pool();

    /** What to tell the peer of this appliance. */
    Map<String, String> hello();
}
