package org.ferrule.isession.internal;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** What a recording of the JVM's flight recorder has of a block that did not come right. */
@Name("org.ferrule.DictionaryResend")
@Label("Dictionary Resend")
@Category({"Ferrule", "iSession"})
@Description(
        "What a peer referred to was not what is kept here: it sends it again, and both ends begin a new dictionary")
@StackTrace(false)
final class DictionaryResendEvent extends Event {
    @Label("Endpoint")
    @Description("The device at the other end")
    String endpoint;

    DictionaryResendEvent(String endpoint) {
        this.endpoint = endpoint;
    }
}
