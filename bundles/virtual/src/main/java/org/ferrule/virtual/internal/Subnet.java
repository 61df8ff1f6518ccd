package org.ferrule.virtual.internal;

import java.net.InetAddress;
import java.util.Optional;
import org.ferrule.config.kind.Addresses;

/**
 * Addresses that share a prefix.
 *
 * @param address any of them
 * @param prefix how many leading bits they share
 */
record Subnet(byte[] address, int prefix) {
    /** Reads {@code 10.0.0.0/8}; empty if it is not an address and a prefix that fits it. */
    static Optional<Subnet> parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (!Addresses.isAddress(address)) {
            return Optional.empty();
        }
        byte[] bytes = Addresses.address(address).getAddress();
        if (slash < 0) {
            return Optional.of(new Subnet(bytes, 8 * bytes.length));
        }
        String prefix = text.substring(slash + 1);
        if (!prefix.matches("[0-9]{1,3}") || Integer.parseInt(prefix) > 8 * bytes.length) {
            return Optional.empty();
        }
        return Optional.of(new Subnet(bytes, Integer.parseInt(prefix)));
    }

    /** Whether it says nothing: {@code 0.0.0.0/0} stands for every address, IPv6 ones too. */
    boolean everything() {
        return prefix == 0;
    }

    boolean contains(InetAddress other) {
        byte[] bytes = other.getAddress();
        if (everything()) {
            return true;
        }
        if (bytes.length != address.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit++) {
            int mask = 0x80 >> bit % 8;
            if (((bytes[bit / 8] ^ address[bit / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }
}
