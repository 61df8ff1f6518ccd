package org.ferrule.virtual.internal;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.ferrule.config.kind.Addresses;

/**
 * Addresses that share a prefix.
 *
 * @param address the first of them
 * @param prefix how many leading bits they share: up to 32, or 128
 */
record Subnet(InetAddress address, int prefix) {
    Subnet {
        address = first(address, prefix);
    }

    private static InetAddress first(InetAddress address, int prefix) {
        byte[] bytes = address.getAddress();
        for (int bit = prefix; bit < 8 * bytes.length; bit++) {
            bytes[bit / 8] &= (byte) ~bit(bit);
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static int bit(int number) {
        return 0x80 >> number % 8;
    }

    /** One address. */
    static Subnet host(InetAddress address) {
        return new Subnet(address, bits(address));
    }

    static int bits(InetAddress address) {
        return 8 * address.getAddress().length;
    }

    /** Reads {@code 10.0.0.0/8}; empty if it is not an address and a prefix that fits it. */
    static Optional<Subnet> parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (!Addresses.isAddress(address)) {
            return Optional.empty();
        }
        InetAddress parsed = Addresses.address(address);
        return slash < 0
                ? Optional.of(host(parsed))
                : prefix(text.substring(slash + 1), parsed).map(p -> new Subnet(parsed, p));
    }

    /** Reads the prefix length of a network of the address's family. */
    static Optional<Integer> prefix(String text, InetAddress address) {
        return text.matches("[0-9]{1,3}") && Integer.parseInt(text) <= bits(address)
                ? Optional.of(Integer.valueOf(text))
                : Optional.empty();
    }

    /** Whether it says nothing: {@code 0.0.0.0/0} stands for every address, IPv6 ones too. */
    boolean everything() {
        return prefix == 0 && address instanceof Inet4Address;
    }

    /** Whether it is one address. */
    boolean one() {
        return prefix == bits(address);
    }

    boolean contains(InetAddress other) {
        return closeness(other) >= 0;
    }

    /** How closely it describes an address: -1 not at all, the more the better; of IPv6 any6 is closer than any. */
    int closeness(InetAddress other) {
        byte[] wanted = other.getAddress();
        byte[] ours = address.getAddress();
        if (wanted.length != ours.length) {
            return everything() ? 0 : -1;
        }
        for (int bit = 0; bit < prefix; bit++) {
            if (((wanted[bit / 8] ^ ours[bit / 8]) & bit(bit)) != 0) {
                return -1;
            }
        }
        return 1 + prefix;
    }

    /** Its mask as TMOS writes it: {@code 255.255.0.0}, {@code ffff:ffff::}, {@code any}, {@code any6}. */
    String mask() {
        if (prefix == 0) {
            return any(address);
        }
        byte[] bytes = new byte[bits(address) / 8];
        for (int bit = 0; bit < prefix; bit++) {
            bytes[bit / 8] |= (byte) bit(bit);
        }
        try {
            return Addresses.text(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The word for any address of a family. */
    static String any(InetAddress address) {
        return address instanceof Inet4Address ? "any" : "any6";
    }
}
