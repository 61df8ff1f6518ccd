package org.ferrule.config.text;

import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Addresses;
import org.ferrule.config.kind.PropertyDescriptor;
import org.ferrule.config.kind.PropertyType;

/** Checks single values and gives them their one spelling. */
final class Canonical {
    /** The services that an engineer types by name; the numbers are IANA's. */
    private static final Map<String, Integer> SERVICES = Map.ofEntries(
            Map.entry("any", 0),
            Map.entry("ftp", 21),
            Map.entry("ssh", 22),
            Map.entry("telnet", 23),
            Map.entry("smtp", 25),
            Map.entry("domain", 53),
            Map.entry("http", 80),
            Map.entry("pop3", 110),
            Map.entry("imap", 143),
            Map.entry("ldap", 389),
            Map.entry("https", 443),
            Map.entry("ldaps", 636),
            Map.entry("imaps", 993),
            Map.entry("webcache", 8080));

    private Canonical() {}

    /** The value as it is stored, or empty if it is not of the type. */
    static Optional<String> of(PropertyDescriptor property, PropertyType type, String text, String folder) {
        return switch (type) {
            case INTEGER -> integer(text, property.min(), property.max());
            case CHOICE, FLAG -> Optional.of(text).filter(property::hasChoice);
            case ADDRESS -> Optional.of(text).filter(Addresses::isAddress).map(Canonical::host);
            case PORT -> port(text);
            case ENDPOINT -> endpoint(Addresses.host(text), Addresses.port(text));
            case SERVICE ->
                Addresses.host(text).isEmpty() || Addresses.host(text).contains("/")
                        ? Optional.empty()
                        : withPort(text);
            case REFERENCE -> reference(text, folder);
            case STRING, SECRET, RULE -> Optional.of(text);
            case LIST, ENTRIES, GROUP -> Optional.empty();
        };
    }

    private static Optional<String> integer(String text, long min, long max) {
        if (!text.matches("-?[0-9]{1,18}")) {
            return Optional.empty();
        }
        long value = Long.parseLong(text);
        return value < min || value > max ? Optional.empty() : Optional.of(Long.toString(value));
    }

    private static Optional<String> port(String text) {
        Integer known = SERVICES.get(text);
        return known != null ? Optional.of(known.toString()) : integer(text, 0, 65535);
    }

    /** Where something may listen; any address and any port have names of their own, {@code any}, {@code any6} and 0. */
    private static Optional<String> endpoint(String host, String port) {
        String address = host.equals("*") ? "any" : host;
        if (!Addresses.isAddress(address)) {
            return Optional.empty();
        }
        InetAddress parsed = Addresses.address(address);
        String spelled = parsed.isAnyLocalAddress() ? Addresses.any(parsed) : Addresses.text(parsed);
        return port(port.equals("*") ? "any" : port).map(number -> Addresses.join(spelled, number));
    }

    private static Optional<String> withPort(String text) {
        return port(Addresses.port(text)).map(port -> Addresses.join(host(Addresses.host(text)), port));
    }

    /** An address has many spellings, {@code 2001:DB8:0::1}; a node's name and {@code any} have one. */
    private static String host(String text) {
        boolean word = text.startsWith("any") || !Addresses.isAddress(text);
        return word ? text : Addresses.text(Addresses.address(text));
    }

    private static Optional<String> reference(String text, String folder) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(text.equals("none") ? text : ObjectId.fullName(folder, text));
    }
}
