package org.ferrule.virtual.internal;

import java.net.InetSocketAddress;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.ferrule.config.kind.Addresses;

/** What a recording of the JVM's flight recorder has of a client's connection that is over. */
@Name("org.ferrule.Connection")
@Label("Connection")
@Category({"Ferrule", "Virtual Servers"})
@Description("A client's connection to a virtual server, from where it was taken in to its end")
@StackTrace(false)
final class ConnectionEvent extends Event {
    /** What stands for a server's address where a flow in a tunnel is the server side. */
    static final String TUNNEL = "tunnel";

    @Label("Virtual Server")
    String virtualServer;

    @Label("Client")
    String client;

    @Label("Server")
    @Description("Who served it: an address, tunnel, or nothing if nobody did")
    String server;

    @Label("Bytes To Server")
    @DataAmount
    long bytesToServer;

    @Label("Bytes To Client")
    @DataAmount
    long bytesToClient;

    @Label("Failure")
    @Description("Why nobody served it")
    String failure;

    private ConnectionEvent() {}

    /** The event of a connection that begins now; null unless somebody records. */
    static ConnectionEvent begun() {
        ConnectionEvent event = new ConnectionEvent();
        if (!event.isEnabled()) {
            return null;
        }
        event.begin();
        return event;
    }

    void over(String name, InetSocketAddress from, String servedBy, Proxy proxy, String why) {
        end();
        if (shouldCommit()) {
            virtualServer = name;
            client = Addresses.text(from);
            server = servedBy;
            bytesToServer = proxy.toServer();
            bytesToClient = proxy.toClient();
            failure = why;
            commit();
        }
    }
}
