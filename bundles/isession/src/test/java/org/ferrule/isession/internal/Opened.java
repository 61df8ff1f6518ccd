package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.ferrule.stream.Stream;
import org.ferrule.traffic.Tunnels;

/** A flow that a test opens, or tries to. */
final class Opened implements Tunnels.FlowHandler {
    static final InetSocketAddress CLIENT = new InetSocketAddress("198.51.100.7", 40000);
    static final InetSocketAddress DESTINATION = new InetSocketAddress("203.0.113.9", 80);

    static final Opening OPENING = new Opening(CLIENT, DESTINATION, "virtual-match-all", List.of("other"));

    final Recorder recorder = new Recorder();
    final List<String> refused = new ArrayList<>();
    int takenBack;
    BooleanSupplier takesBack = () -> false;
    Stream stream;

    static Opened on(Fibre fibre) {
        Opened opened = new Opened();
        fibre.open(OPENING, opened);
        return opened;
    }

    Flow flow() {
        return (Flow) stream;
    }

    boolean write(byte[] bytes) {
        return stream.write(ByteBuffer.wrap(bytes));
    }

    @Override
    public void opened(Stream flow) {
        stream = flow;
        flow.handler(recorder);
    }

    @Override
    public void refused(String reason) {
        refused.add(reason);
    }

    @Override
    public boolean takeBack(Stream flow) {
        takenBack++;
        return takesBack.getAsBoolean();
    }
}
