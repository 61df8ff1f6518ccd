package org.ferrule.tls;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long a certificate is good for yet: the one measure for {@code show}, the log, and whoever watches over the
 * appliance's health. A value; any thread.
 *
 * @param from when it begins to be good
 * @param until when it ends
 * @param now when that was asked
 */
public record Expiry(Instant from, Instant until, Instant now) {
    /** So long before its end a certificate is due for renewal. */
    public static final Duration WARNING = Duration.ofDays(30);

    /** Of a certificate, at a moment. */
    public static Expiry of(X509Certificate certificate, Instant now) {
        return new Expiry(
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant(),
                now);
    }

    /** Whether it is not good: it has ended, or has not begun. */
    public boolean over() {
        return now.isAfter(until) || now.isBefore(from);
    }

    /** What is to be said about it: that it ends within {@link #WARNING}, has ended, or is not good yet; else empty. */
    public Optional<String> warning() {
        if (now.isBefore(from)) {
            return Optional.of("is valid only from " + from + " on: look at the clocks");
        }
        if (now.isAfter(until)) {
            return Optional.of("has expired on " + until);
        }
        Duration left = Duration.between(now, until);
        return left.compareTo(WARNING) > 0 ? Optional.empty() : Optional.of("expires " + in(left) + ", on " + until);
    }

    private static String in(Duration left) {
        return switch ((int) left.toDays()) {
            case 0 -> "within a day";
            case 1 -> "in 1 day";
            default -> "in " + left.toDays() + " days";
        };
    }
}
