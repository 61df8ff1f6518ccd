package org.ferrule.config.kind;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Addresses and ports as TMOS writes them: {@code 10.0.0.1:80}, {@code 2001:db8::1.80}, {@code any:0}, {@code any6.80}.
 * Looks nothing up.
 */
public final class Addresses {
    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*(%[0-9a-zA-Z]+)?");

    private static final Pattern NUMBER = Pattern.compile("\\d{1,5}");
    private static final int IPV4_BYTES = 4;

    private static final String ANY = "any";

    /** As with all IPv6 addresses, a dot stands before its port. */
    private static final String ANY6 = "any6";

    private Addresses() {}

    /** Whether the text is an address, not a name. */
    public static boolean isAddress(String text) {
        if (text.equals(ANY) || text.equals(ANY6)) {
            return true;
        }
        if (IPV4.matcher(text).matches()) {
            for (String part : text.split("\\.")) {
                if (Integer.parseInt(part) > 255) {
                    return false;
                }
            }
            return true;
        }
        if (!IPV6.matcher(text).matches()) {
            return false;
        }
        try {
            // Text with a colon is never looked up as a name.
            InetAddress.getByName(text);
            return true;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException if the text is none
     */
    public static InetAddress address(String text) {
        if (!isAddress(text)) {
            throw new IllegalArgumentException(text + " is not an IPv4 or IPv6 address");
        }
        try {
            return InetAddress.getByName(
                    switch (text) {
                        case ANY -> "0.0.0.0";
                        case ANY6 -> "::";
                        default -> text;
                    });
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text + " is not an IPv4 or IPv6 address", e);
        }
    }

    /** The word for any address of the family that an address is of: {@code any}, {@code any6}. */
    public static String any(InetAddress address) {
        return address instanceof Inet4Address ? ANY : ANY6;
    }

    /** The part before the port: an address or a name. */
    public static String host(String endpoint) {
        int at = separator(endpoint);
        return at < 0 ? endpoint : endpoint.substring(0, at);
    }

    /** The part after the host, or "" if there is none. */
    public static String port(String endpoint) {
        int at = separator(endpoint);
        return at < 0 ? "" : endpoint.substring(at + 1);
    }

    private static int separator(String endpoint) {
        int colon = endpoint.indexOf(':');
        boolean ipv6 = colon >= 0 && endpoint.indexOf(':', colon + 1) >= 0 || colon < 0 && endpoint.startsWith(ANY6);
        return ipv6 ? endpoint.lastIndexOf('.') : colon;
    }

    /** Joins host and port: {@code 10.0.0.1:80}, {@code 2001:db8::1.80}. */
    public static String join(String host, String port) {
        return host + (host.indexOf(':') >= 0 || host.equals(ANY6) ? "." : ":") + port;
    }

    /**
     * Reads address and port number.
     *
     * @throws IllegalArgumentException if the text is not an address and a number from 0 to 65535 ({@code any} is 0)
     */
    public static InetSocketAddress endpoint(String text) {
        String port = port(text);
        InetAddress address = address(host(text));
        if (!port.equals(ANY) && !NUMBER.matcher(port).matches()) {
            throw new IllegalArgumentException(text + " has no port number, as in 10.0.0.1:80 or 2001:db8::1.80");
        }
        return new InetSocketAddress(address, port.equals(ANY) ? 0 : Integer.parseInt(port));
    }

    /** Writes address and port as TMOS does. */
    public static String text(InetSocketAddress endpoint) {
        return join(text(endpoint.getAddress()), Integer.toString(endpoint.getPort()));
    }

    /** Writes an address as TMOS does: the longest run of zeros in an IPv6 address is left out (RFC 5952). */
    public static String text(InetAddress address) {
        String full = address.getHostAddress();
        return address.getAddress().length == IPV4_BYTES ? full : shortened(full);
    }

    /** Java writes all eight groups, in lower case and without leading zeros, and the zone behind. */
    private static String shortened(String full) {
        int zone = full.indexOf('%');
        String[] groups = (zone < 0 ? full : full.substring(0, zone)).split(":");
        int start = 0;
        int length = 0;
        for (int i = 0; i < groups.length; i++) {
            int zeros = 0;
            while (i + zeros < groups.length && groups[i + zeros].equals("0")) {
                zeros++;
            }
            if (zeros > length) {
                start = i;
                length = zeros;
            }
        }
        String rest = zone < 0 ? "" : full.substring(zone);
        if (length < 2) {
            return String.join(":", groups) + rest;
        }
        String[] before = Arrays.copyOfRange(groups, 0, start);
        String[] after = Arrays.copyOfRange(groups, start + length, groups.length);
        return String.join(":", before) + "::" + String.join(":", after) + rest;
    }
}
