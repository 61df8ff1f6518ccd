package org.ferrule.stream;

import java.time.Duration;

/**
 * What a TCP profile sets on a connection.
 *
 * @param idleTimeout a connection on which nothing moved for so long is reset; zero means never
 * @param keepAlive whether the kernel probes a quiet peer
 * @param nagle whether small segments wait for the acknowledgement of earlier ones (RFC 896)
 * @param sendBuffer bytes of the kernel's send buffer; 0 leaves it to the kernel's own tuning
 * @param receiveBuffer bytes of the kernel's receive buffer; 0 leaves it to the kernel's own tuning
 * @param queueHigh bytes queued for the peer at which the writer is asked to stop
 * @param queueLow bytes queued for the peer at which the writer may go on
 * @param zeroWindowTimeout a peer that takes none of what is queued for so long is reset; zero means never
 * @param kernel what is asked of the kernel's TCP
 * @param profile the full name of the profile for which the connection counts; empty for none
 */
public record TcpSettings(
        Duration idleTimeout,
        boolean keepAlive,
        boolean nagle,
        int sendBuffer,
        int receiveBuffer,
        int queueHigh,
        int queueLow,
        Duration zeroWindowTimeout,
        KernelSettings kernel,
        String profile) {
    public TcpSettings {
        if (queueLow < 0 || queueHigh <= queueLow) {
            throw new IllegalArgumentException(
                    "the low mark " + queueLow + " must be below the high mark " + queueHigh);
        }
    }

    /** Settings of no profile, which ask nothing of the kernel's TCP. */
    public TcpSettings(
            Duration idleTimeout,
            boolean keepAlive,
            boolean nagle,
            int sendBuffer,
            int receiveBuffer,
            int queueHigh,
            int queueLow,
            Duration zeroWindowTimeout) {
        this(
                idleTimeout,
                keepAlive,
                nagle,
                sendBuffer,
                receiveBuffer,
                queueHigh,
                queueLow,
                zeroWindowTimeout,
                KernelSettings.NONE,
                "");
    }
}
