package org.ferrule.net.internal;

import org.ferrule.stream.Stream;

/** A stream of this module, which {@link org.ferrule.stream.Network#move} can give to another loop. */
interface Movable extends Stream {
    /** On the present loop; {@code done} runs on the target, unless the stream is closed before it gets there. */
    void move(TcpService service, Loop target, Runnable done);
}
