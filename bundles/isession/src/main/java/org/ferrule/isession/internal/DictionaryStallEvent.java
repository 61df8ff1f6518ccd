package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.ferrule.config.kind.Addresses;

/** What a recording of the JVM's flight recorder has of a flow that had to wait for the dictionary. */
@Name("org.ferrule.DictionaryStall")
@Label("Dictionary Stall")
@Category({"Ferrule", "iSession"})
@Description("What came for a flow could not be passed on yet: what it refers to was read from disk, or sent again")
@StackTrace(false)
final class DictionaryStallEvent extends Event {
    @Label("Endpoint")
    @Description("The device at the other end")
    String endpoint;

    @Label("Client")
    @Description("The client of the flow")
    String client;

    private DictionaryStallEvent() {}

    /** The event of a stall that begins now; null unless somebody records. */
    static DictionaryStallEvent begun() {
        DictionaryStallEvent event = new DictionaryStallEvent();
        if (!event.isEnabled()) {
            return null;
        }
        event.begin();
        return event;
    }

    void over(String device, InetSocketAddress of) {
        end();
        if (shouldCommit()) {
            endpoint = device;
            client = Addresses.text(of);
            commit();
        }
    }
}
