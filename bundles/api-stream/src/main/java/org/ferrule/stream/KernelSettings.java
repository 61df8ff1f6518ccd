package org.ferrule.stream;

import java.time.Duration;

/**
 * What a TCP profile asks of the kernel's own TCP; what the kernel does not give is left as it is, and {@code show} says so.
 *
 * @param congestionControl the kernel's name of an algorithm, such as {@code bbr}; empty leaves the kernel's default
 * @param quickAck whether what comes first is acknowledged at once
 * @param unsentLowWaterMark bytes not sent yet that the kernel takes at most; 0 leaves it to the kernel
 * @param userTimeout a peer that acknowledges nothing of what was sent for so long is given up; zero leaves it to the kernel
 * @param keepAliveInterval quiet time before a peer is probed, and between probes; zero leaves it to the kernel
 * @param keepAliveProbes probes without an answer after which a peer is given up; 0 leaves it to the kernel
 */
public record KernelSettings(
        String congestionControl,
        boolean quickAck,
        int unsentLowWaterMark,
        Duration userTimeout,
        Duration keepAliveInterval,
        int keepAliveProbes) {
    /** Leaves everything to the kernel. */
    public static final KernelSettings NONE = new KernelSettings("", false, 0, Duration.ZERO, Duration.ZERO, 0);
}
