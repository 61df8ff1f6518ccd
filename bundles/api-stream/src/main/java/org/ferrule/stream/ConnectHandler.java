package org.ferrule.stream;

import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/** The result of opening a connection or of a TLS handshake; exactly one method is called, on the loop's thread. */
@ConsumerType
public interface ConnectHandler {
    /** The stream is open. It reads nothing until it has a handler: set one before returning. */
    void connected(Stream stream);

    /** It could not be opened; the message names the address and the reason. */
    void failed(IOException reason);
}
