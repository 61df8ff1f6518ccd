package org.ferrule.isession.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Stream;
import org.ferrule.traffic.Pools;
import org.ferrule.traffic.Tunnels;

/**
 * One flow on its way to a far end: tries the best first, and the next as long as none has served a byte. On the flow's
 * loop.
 */
final class Attempt implements Tunnels.FlowHandler {
    /** A fibre is there again within a few round trips, which are mostly shorter than the sum of these. */
    private static final Duration WAIT = Duration.ofMillis(50);

    private static final int MOST_WAITS = 20;

    private final Core core;
    private final String profile;
    private final IsessionProfile settings;
    private final EventLoop loop;
    private final Opening opening;
    private Choices choices;
    private final Tunnels.FlowHandler result;
    private Supplier<Choices> fresh;
    private Fibre chosen;
    private int waits;
    private Pools.Selection selection;
    private String refusal = "";
    private boolean unwilling;

    Attempt(
            Core core,
            String profile,
            IsessionProfile settings,
            EventLoop loop,
            Opening opening,
            Choices choices,
            Tunnels.FlowHandler result) {
        this.core = core;
        this.profile = profile;
        this.settings = settings;
        this.loop = loop;
        this.opening = opening;
        this.choices = choices;
        this.result = result;
    }

    /**
     * Where to look again when a fibre left just now: an end that is replaced lets its fibres go one by one, and another is
     * on its way.
     */
    Attempt retrying(Supplier<Choices> choicesAgain) {
        fresh = choicesAgain;
        return this;
    }

    /** Tries the next far end; gives up after the last. */
    void next() {
        Optional<Choices.Choice> next = choices.next();
        while (next.isPresent()) {
            Fibre fibre = next.get().end().readyFibre(loop);
            if (FarEnd.takes(fibre)) {
                selection = next.get().selection();
                chosen = fibre;
                open(next.get().end(), fibre);
                return;
            }
            next.get().giveUp();
            unwilling |= fibre != null;
            next = choices.next();
        }
        if (mayWait()) {
            waits++;
            loop.schedule(WAIT, this::again);
            return;
        }
        String reason = why();
        core.stats(profile).refuse(reason);
        result.refused(reason);
    }

    /** Whether a tunnel is up, of which this loop has no fibre at the moment: nothing that the flow did is in the way. */
    private boolean mayWait() {
        boolean leftUnderIt = chosen != null && !chosen.ready();
        return (refusal.isEmpty() || leftUnderIt)
                && waits < MOST_WAITS
                && fresh != null
                && !fresh.get().best().isEmpty();
    }

    private void again() {
        choices = fresh.get();
        refusal = "";
        next();
    }

    private String why() {
        if (!refusal.isEmpty()) {
            return refusal;
        }
        if (!choices.obstacle().isEmpty()) {
            return choices.obstacle();
        }
        return unwilling
                ? "no peer of " + profile + " takes flows: tunnels are disabled there"
                : "no tunnel of " + profile + " is up";
    }

    /** On a fibre to the port that was called, if there is one now; else on a warm fibre, or on one of its own. */
    private void open(FarEnd end, Fibre warm) {
        DictionaryOption.TrustDomain scope =
                settings.trustDomain().stricter(warm.theirs().dictionary().domain());
        Opening inDomain = opening.in(scope.of(profile, result.virtualServer()));
        boolean shared = settings.reuseConnection() && warm.theirs().reuse();
        Fibre transparent = end instanceof Endpoint endpoint ? transparent(endpoint, warm, shared) : null;
        if (transparent != null && shared) {
            transparent.open(inDomain, this);
        } else if (transparent != null) {
            SingleUse.open(transparent, inDomain, this);
        } else if (!shared && end instanceof Endpoint endpoint) {
            SingleUse.open(core, endpoint, loop, inDomain, this);
        } else {
            // Only the peer can open further ones of those that it dials.
            warm.open(inDomain, this);
        }
    }

    private Fibre transparent(Endpoint endpoint, Fibre warm, boolean shared) {
        int port = opening.destination().getPort();
        if (!settings.portTransparency() || !warm.ours().transparent(warm.theirs(), port)) {
            return null;
        }
        Fibre fibre = endpoint.transparent().fibre(loop, port, shared);
        return FarEnd.takes(fibre) ? fibre : null;
    }

    @Override
    public void opened(Stream stream) {
        if (selection != null) {
            selection.connected();
            ((Flow) stream).countFor(selection);
        }
        result.opened(stream);
    }

    @Override
    public boolean takeBack(Stream flow) {
        boolean taken = result.takeBack(flow);
        if (taken) {
            // The flow counts as over.
            selection = null;
        }
        return taken;
    }

    @Override
    public void refused(String reason) {
        refusal = reason;
        if (selection != null) {
            selection.ended();
            selection = null;
        }
        next();
    }
}
