package org.ferrule.config.kind;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * Addresses that share a prefix, as {@code 10.0.0.0/8} or {@code 2001:db8::/32}. A value; looks nothing up.
 *
 * @param address the first of them
 * @param prefix how many leading bits they share: 0 to 32 of an IPv4 address, 0 to 128 of an IPv6 one
 */
public record Subnet(InetAddress address, int prefix) {
    /**
     * The subnet of a size that an address is in.
     *
     * @throws IllegalArgumentException if no address of the family has so many bits
     */
    public Subnet {
        if (prefix < 0 || prefix > bits(address)) {
            throw new IllegalArgumentException("a prefix of " + prefix + " bits of " + Addresses.text(address));
        }
        address = first(address, prefix);
    }

    private static InetAddress first(InetAddress address, int prefix) {
        byte[] bytes = address.getAddress();
        for (int bit = prefix; bit < 8 * bytes.length; bit++) {
            bytes[bit / 8] &= (byte) ~bit(bit);
        }
        return of(bytes);
    }

    private static InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static int bit(int number) {
        return 0x80 >> number % 8;
    }

    /** How many bits an address of the family has: 32 or 128. */
    public static int bits(InetAddress address) {
        return 8 * address.getAddress().length;
    }

    /** Reads an address, with or without a prefix length; empty if it is neither, or the length does not fit. */
    public static Optional<Subnet> parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (!Addresses.isAddress(address)) {
            return Optional.empty();
        }
        InetAddress parsed = Addresses.address(address);
        return slash < 0
                ? Optional.of(new Subnet(parsed, bits(parsed)))
                : prefix(text.substring(slash + 1), parsed).map(p -> new Subnet(parsed, p));
    }

    /** Reads the length of a prefix of the address's family; empty if the text is none. */
    public static Optional<Integer> prefix(String text, InetAddress address) {
        return text.matches("[0-9]{1,3}") && Integer.parseInt(text) <= bits(address)
                ? Optional.of(Integer.valueOf(text))
                : Optional.empty();
    }

    /** Whether it says nothing: {@code 0.0.0.0/0} stands for every address, IPv6 ones too, where TMOS writes {@code any}. */
    public boolean everything() {
        return prefix == 0 && address instanceof Inet4Address;
    }

    /** Whether it is one address. */
    public boolean one() {
        return prefix == bits(address);
    }

    /**
     * How closely it describes an address, where {@link #everything} stands for all families: -1 not at all, the more the
     * better; of IPv6 any6 is closer than any.
     */
    public int closeness(InetAddress other) {
        return contains(other) ? 1 + prefix : everything() ? 0 : -1;
    }

    /** Its mask as TMOS writes it: {@code 255.255.0.0}, {@code ffff:ffff::}, {@code any}, {@code any6}. */
    public String mask() {
        if (prefix == 0) {
            return Addresses.any(address);
        }
        byte[] bytes = new byte[bits(address) / 8];
        for (int bit = 0; bit < prefix; bit++) {
            bytes[bit / 8] |= (byte) bit(bit);
        }
        return Addresses.text(of(bytes));
    }

    /** Whether the address is one of them; families are different worlds. */
    public boolean contains(InetAddress other) {
        byte[] wanted = other.getAddress();
        byte[] ours = address.getAddress();
        if (wanted.length != ours.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit++) {
            if (((wanted[bit / 8] ^ ours[bit / 8]) & bit(bit)) != 0) {
                return false;
            }
        }
        return true;
    }

    /** As it is written: {@code 10.0.0.0/8}. */
    @Override
    public String toString() {
        return Addresses.text(address) + "/" + prefix;
    }
}
