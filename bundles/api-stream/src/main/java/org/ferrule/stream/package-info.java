/**
 * Connections as byte streams, and the event loops that own them.
 *
 * <p>A TCP connection, a TLS session and a flow inside an iSession are all a {@link org.ferrule.stream.Stream}. Every
 * stream belongs to one {@link org.ferrule.stream.EventLoop}; all its methods are called, and all its handler's methods
 * run, on that loop's thread.
 */
@Export
@Version("1.4.0")
package org.ferrule.stream;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
