package org.ferrule.isession.internal;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.ferrule.config.kind.Addresses;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.CloseReason.Kind;

/** What a recording of the JVM's flight recorder has of a flow that is over: from its opening to its end. */
@Name("org.ferrule.Flow")
@Label("Flow")
@Category({"Ferrule", "iSession"})
@Description("A client connection in a tunnel, from its opening to its end")
@StackTrace(false)
final class FlowEvent extends Event {
    @Label("Endpoint")
    @Description("The device at the other end")
    String endpoint;

    @Label("Client")
    String client;

    @Label("Destination")
    String destination;

    @Label("Opened Here")
    @Description("Whether the client is at this end")
    boolean openedHere;

    @Label("Raw Bytes In")
    @Description("What came for this end, restored and decompressed")
    @DataAmount
    long rawBytesIn;

    @Label("Raw Bytes Out")
    @Description("What was sent from this end, before it was de-duplicated and compressed")
    @DataAmount
    long rawBytesOut;

    @Label("Encoded Bytes In")
    @Description("The same as it crossed the tunnel, before encryption")
    @DataAmount
    long encodedBytesIn;

    @Label("Encoded Bytes Out")
    @Description("The same as it crossed the tunnel, before encryption")
    @DataAmount
    long encodedBytesOut;

    @Label("Reason")
    @Description("How it ended")
    String reason;

    private FlowEvent() {}

    /** The event of a flow that begins now; null unless somebody records. */
    static FlowEvent begun() {
        FlowEvent event = new FlowEvent();
        if (!event.isEnabled()) {
            return null;
        }
        event.begin();
        return event;
    }

    void over(Fibre fibre, Opening opening, boolean here, FlowInput input, FlowOutput output, CloseReason why) {
        end();
        if (shouldCommit()) {
            endpoint = fibre.owner().device();
            client = Addresses.text(opening.client());
            destination = Addresses.text(opening.destination());
            openedHere = here;
            rawBytesIn = input.received();
            rawBytesOut = output.sent();
            encodedBytesIn = input.encoded();
            encodedBytesOut = output.encoded();
            reason = text(why);
            commit();
        }
    }

    private static String text(CloseReason why) {
        String kind = why.kind() == Kind.ORDERLY
                ? "both sides ended"
                : why.kind() == Kind.RESET_HERE ? "reset at this end" : "reset by the far end";
        return why.detail().isEmpty() ? kind : kind + ": " + why.detail();
    }
}
