package org.ferrule.isession.internal;

import java.util.concurrent.atomic.AtomicBoolean;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** What a recording of the JVM's flight recorder has of a tunnel that came up, or went down. */
@Name("org.ferrule.Tunnel")
@Label("Tunnel")
@Category({"Ferrule", "iSession"})
@Description("A tunnel came up with its first fibre, or went down with its last")
@StackTrace(false)
final class TunnelEvent extends Event {
    @Label("Endpoint")
    @Description("The device at the other end; its address as long as nobody there has said who it is")
    String endpoint;

    @Label("Dialled Here")
    @Description("Whether this end opens the tunnel's fibres")
    boolean dialledHere;

    @Label("Up")
    boolean up;

    @Label("Reason")
    @Description("Why it is down")
    String reason;

    private TunnelEvent(String endpoint, boolean dialledHere, boolean up, String reason) {
        this.endpoint = endpoint;
        this.dialledHere = dialledHere;
        this.up = up;
        this.reason = reason;
    }

    /** Whether a tunnel is up, as its events told it. Any thread. */
    static final class State {
        private final boolean dialledHere;
        private final AtomicBoolean up = new AtomicBoolean();

        State(boolean dialledHere) {
            this.dialledHere = dialledHere;
        }

        /** A fibre is up. */
        void up(String endpoint) {
            if (!up.getAndSet(true)) {
                new TunnelEvent(endpoint, dialledHere, true, "").commit();
            }
        }

        /** No fibre is up. */
        void down(String endpoint, String reason) {
            if (up.getAndSet(false)) {
                new TunnelEvent(endpoint, dialledHere, false, reason).commit();
            }
        }
    }
}
