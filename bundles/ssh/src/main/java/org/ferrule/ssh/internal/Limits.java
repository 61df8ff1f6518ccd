package org.ferrule.ssh.internal;

import java.time.Duration;

/**
 * What is bounded for the server's own safety and not a matter of taste; tests make some of it shorter.
 *
 * @param loginGrace how long a connection may take to log in
 * @param maxAuthTries how many more tries a connection has after the first
 * @param failureDelay the wait after the first wrong password of a connection; it grows with each
 * @param maxUnauthenticated connections that have not logged in, altogether
 * @param maxUnauthenticatedPerAddress the same from one address
 * @param retry the wait before what failed at the start is tried again
 * @param sharing how long a version of the module that is replaced listens beside the newer one
 * @param endGrace how long a command may go on after its peer has gone, before its thread is interrupted
 */
record Limits(
        Duration loginGrace,
        int maxAuthTries,
        Duration failureDelay,
        int maxUnauthenticated,
        int maxUnauthenticatedPerAddress,
        Duration retry,
        Duration sharing,
        Duration endGrace) {
    static final Limits NORMAL = new Limits(
            Duration.ofSeconds(60),
            5,
            Duration.ofSeconds(1),
            64,
            16,
            Duration.ofSeconds(3),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2));
}
