package org.ferrule.net.internal;

import java.time.Duration;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.CloseReason.Kind;
import org.ferrule.stream.TcpSettings;

/**
 * Decides when a connection has waited too long.
 *
 * @param idle without anything moved; zero means for ever
 * @param zeroWindow with the peer taking nothing; zero means for ever
 */
record TimeOuts(Duration idle, Duration zeroWindow) {
    static TimeOuts of(TcpSettings settings) {
        return new TimeOuts(settings.idleTimeout(), settings.zeroWindowTimeout());
    }

    /** Why the connection ends now; null if it does not. */
    CloseReason passed(TcpOutput output, long quietNanos) {
        if (!zeroWindow.isZero() && output.stuck(zeroWindow)) {
            return new CloseReason(Kind.TIMED_OUT, "the peer took nothing for " + zeroWindow);
        }
        return !idle.isZero() && quietNanos > idle.toNanos()
                ? new CloseReason(Kind.TIMED_OUT, "nothing moved for " + idle)
                : null;
    }
}
