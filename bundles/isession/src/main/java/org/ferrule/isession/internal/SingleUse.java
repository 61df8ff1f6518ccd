package org.ferrule.isession.internal;

import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Stream;
import org.ferrule.traffic.Tunnels;

/** A fibre of one flow, for profiles that do not re-use connections: opened for it, and ended with it. On the flow's loop. */
final class SingleUse extends ProfileOwner implements Dial.Result {
    private final Endpoint endpoint;
    private final Opening opening;
    private final Tunnels.FlowHandler result;
    private boolean opened;

    private SingleUse(Core core, Endpoint endpoint, Opening opening, Tunnels.FlowHandler result) {
        super(core, endpoint.profile(), endpoint.pool());
        this.endpoint = endpoint;
        this.opening = opening;
        this.result = result;
    }

    /** Opens a flow on a spare fibre if there is one, else on one that is opened now; the result comes later then. */
    static void open(Core core, Endpoint endpoint, EventLoop loop, Opening opening, Tunnels.FlowHandler result) {
        Fibre spare = endpoint.spare(loop);
        if (spare != null) {
            open(spare, opening, result);
        } else {
            Dial.start(core, endpoint.address(), loop, new SingleUse(core, endpoint, opening, result));
        }
    }

    /** Opens a flow on a fibre that nobody else will use. */
    static void open(Fibre fibre, Opening opening, Tunnels.FlowHandler result) {
        fibre.open(opening, result);
        fibre.retire("it was for one flow");
    }

    @Override
    public boolean cancelled() {
        return false;
    }

    @Override
    public void secured(Stream session, Dial.Proof proof) {
        endpoint.device(proof.device());
        Fibre fibre = endpoint.fibre(session, this);
        endpoint.joined(fibre, proof);
        fibre.start();
    }

    @Override
    public void failed(String reason) {
        if (!opened) {
            opened = true;
            result.refused(reason);
        }
    }

    @Override
    public String device() {
        return endpoint.device();
    }

    @Override
    public void ready(Fibre fibre) {
        opened = true;
        open(fibre, opening, result);
    }

    @Override
    public void routes(Routes routes) {
        endpoint.routes(routes);
    }

    @Override
    public void leaving(Fibre fibre, String reason) {
        // Its flow goes on.
    }

    @Override
    public void ended(Fibre fibre, String reason) {
        endpoint.left(fibre);
        failed(reason);
    }
}
