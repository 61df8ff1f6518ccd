package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.util.List;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Stream;

/** One look whether an endpoint answers at an address, and what it says of where it listens. On one loop. */
final class Probe extends ProfileOwner implements Dial.Result {
    private final Core core;
    private final String profile;
    private final Outcome outcome;
    private String device = "";
    private boolean over;

    /** What comes of it: one of the two, once, on the loop. */
    interface Outcome {
        /**
         * A trusted device answers.
         *
         * @param endpoints where it says that it listens; none if it does not want to be found
         */
        void found(String device, List<InetSocketAddress> endpoints);

        void failed(String reason);
    }

    private Probe(Core core, String profile, Outcome outcome) {
        super(core, profile, ProfileOwner.poolOf(core, profile));
        this.core = core;
        this.profile = profile;
        this.outcome = outcome;
    }

    static void start(Core core, String profile, InetSocketAddress address, EventLoop loop, Outcome outcome) {
        Dial.start(core, address, loop, new Probe(core, profile, outcome));
    }

    /** It takes no flows, and so needs nothing that is kept with the device. */
    @Override
    public String device() {
        return "";
    }

    @Override
    public boolean cancelled() {
        return false;
    }

    @Override
    public void secured(Stream session, Dial.Proof proof) {
        device = proof.device();
        new Fibre(session, true, this, core.options(profile), new Stats()).start();
    }

    @Override
    public void failed(String reason) {
        if (!over) {
            over = true;
            outcome.failed(reason);
        }
    }

    @Override
    public void ready(Fibre fibre) {
        over = true;
        outcome.found(device, fibre.greeting().endpoints());
        fibre.retire("it was a probe");
    }

    @Override
    public void routes(Routes routes) {
        // They belong to tunnels.
    }

    @Override
    public void leaving(Fibre fibre, String reason) {
        failed(reason);
    }

    @Override
    public void ended(Fibre fibre, String reason) {
        failed(reason);
    }
}
